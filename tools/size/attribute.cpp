// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/size/attribute.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_map>

#include "tools/size/names.hpp"
#include "tools/size/references.hpp"

namespace linnet::size {
namespace {

constexpr std::uint64_t kMaxAlignment = 64;
constexpr std::size_t kMaxShownString = 48;

std::string ShortPath(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    at = end + 1;
    if (part == "..") {
      if (!parts.empty())
        parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
  }
  std::string out(path.starts_with('/') ? "/" : "");
  for (const std::string_view part : parts) {
    out += out.empty() || out == "/" ? "" : "/";
    out += part;
  }
  return out;
}

bool IsPadding(std::span<const std::byte> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte value) {
    return value == std::byte{0} || value == std::byte{0xBF} || value == std::byte{0xFF};
  });
}

// What a name of an input section says when no symbol does.
Kind KindOfName(std::string_view name, const Section& section) {
  if (name.find(".str") != std::string_view::npos)
    return Kind::kString;
  if (name.find("vector") != std::string_view::npos || name.starts_with(".isr")) {
    return Kind::kVectors;
  }
  if (name.find("veneer") != std::string_view::npos ||
      name.find("stub") != std::string_view::npos || name.find("glue") != std::string_view::npos) {
    return Kind::kStub;
  }
  if (section.kind == Class::kBss)
    return Kind::kZero;
  if (section.kind == Class::kData)
    return Kind::kData;
  return name.find("rodata") != std::string_view::npos ||
                 name.find("_array") != std::string_view::npos || !section.executable
             ? Kind::kConstant
             : Kind::kCode;
}

// What start-up code of Arm's, Zephyr's, the vendors' and ours calls the table.
bool IsVectorTable(std::string_view name) {
  static constexpr std::array<std::string_view, 7> kNames = {
      "linker_vectors", "vector_table", "Vectors",     "isr_vector",
      "isr_vectors",    "vectors",      "g_pfnVectors"};
  name.remove_prefix(std::min(name.find_first_not_of('_'), name.size()));
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

Kind KindOfSymbol(const Symbol& symbol, const Section& section) {
  if (section.kind == Class::kText && IsVectorTable(symbol.name)) {
    return Kind::kVectors;
  }
  if (symbol.name.find("veneer") != std::string_view::npos)
    return Kind::kStub;
  if (symbol.function && section.kind != Class::kBss)
    return Kind::kCode;
  const Kind named = KindOfName(section.name, section);
  return named == Kind::kCode ? Kind::kConstant : named;
}

// Cuts sections; `Home` then finds a home for what has been cut.
class Cutter {
 public:
  Cutter(const ElfImage& image, const LinkMap& map) : image_(image), map_(map) {}

  std::vector<Piece> Cut() {
    for (const Section& section : image_.sections()) {
      CutSection(section);
    }
    return std::move(pieces_);
  }

 private:
  Piece& Add(const Section& section, std::uint64_t from, std::uint64_t to, Kind kind) {
    Piece& piece = pieces_.emplace_back();
    piece.address = from;
    piece.size = to - from;
    piece.kind = kind;
    piece.flash = section.in_flash();
    piece.ram = section.in_ram();
    piece.section = section.name;
    return piece;
  }

  // Symbols in order; one that lies within the one before is an alias or a part of it.
  void CutSection(const Section& section) {
    const std::uint64_t end = section.address + section.size;
    std::uint64_t at = section.address;
    while (next_ < image_.symbols().size() && image_.symbols()[next_].address < at) {
      ++next_;
    }
    for (; next_ < image_.symbols().size() && image_.symbols()[next_].address < end; ++next_) {
      const Symbol& symbol = image_.symbols()[next_];
      const std::uint64_t stop =
          std::min(end, symbol.address + std::min(symbol.size, section.size));
      if (symbol.size == 0 || stop <= at) {
        continue;
      }
      if (symbol.address > at) {
        Gap(section, at, symbol.address);
        at = symbol.address;
      }
      Named(Add(section, at, stop, KindOfSymbol(symbol, section)), symbol.name);
      at = stop;
    }
    if (at < end) {
      Gap(section, at, end);
    }
  }

  static void Named(Piece& piece, std::string_view name) {
    piece.raw = name;
    piece.symbol = Demangle(name);
    piece.function = Fold(piece.symbol);
  }

  // No sized symbol covers [from, to): the map says what lies there, else labels, else the bytes.
  void Gap(const Section& section, std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t at = from; at < to;) {
      const Placed* placed = map_.Find(at);
      std::uint64_t stop = placed != nullptr ? placed->address + placed->size : NextPlaced(at);
      stop = std::min(to, std::max(stop, at + 1));
      if (placed != nullptr) {
        Input(section, *placed, at, stop);
      } else {
        Bare(section, at, stop);
      }
      at = stop;
    }
  }

  [[nodiscard]] std::uint64_t NextPlaced(std::uint64_t at) const {
    const auto after = std::upper_bound(
        map_.placed.begin(), map_.placed.end(), at,
        [](std::uint64_t address, const Placed& entry) { return address < entry.address; });
    return after == map_.placed.end() ? ~std::uint64_t{0} : after->address;
  }

  void Input(const Section& section, const Placed& placed, std::uint64_t from, std::uint64_t to) {
    const bool fill = placed.section == "*fill*";
    if (fill && section.kind == Class::kBss && to - from >= kMaxAlignment) {
      // Room that a linker script sets aside by moving on: a stack, a heap.
      Named(Add(section, from, to, Kind::kZero), section.name);
    } else if (placed.object == "linker stubs") {
      Named(Add(section, from, to, Kind::kStub), "(linker stub)");
    } else if (KindOfName(placed.section, section) == Kind::kString) {
      Strings(section, from, to);
    } else if (fill || (to - from < 8 && IsPadding(image_.BytesAt(from, to - from)) &&
                        from > section.address)) {
      Named(Add(section, from, to, Kind::kPadding), "(alignment)");
    } else if (!Label(section, from, to)) {
      Named(Add(section, from, to, KindOfName(placed.section, section)), placed.section);
    }
  }

  // A label without a size, as assembler code and linker scripts make them, names what follows it.
  bool Label(const Section& section, std::uint64_t from, std::uint64_t to) {
    const auto& symbols = image_.symbols();
    auto at = std::lower_bound(
        symbols.begin(), symbols.end(), from,
        [](const Symbol& symbol, std::uint64_t wanted) { return symbol.address < wanted; });
    for (; at != symbols.end() && at->address == from; ++at) {
      if (at->size == 0) {
        const Kind kind = KindOfName(at->name, section);
        Named(Add(section, from, to, kind), at->name);
        return true;
      }
    }
    return false;
  }

  void Bare(const Section& section, std::uint64_t from, std::uint64_t to) {
    const auto bytes = image_.BytesAt(from, to - from);
    if (to - from < kMaxAlignment && IsPadding(bytes)) {
      Named(Add(section, from, to, Kind::kPadding), "(alignment)");
    } else if (LooksLikeText(bytes)) {
      Strings(section, from, to);
    } else if (!Label(section, from, to)) {
      const Kind kind = KindOfName(section.name, section);
      const bool known = kind == Kind::kStub || kind == Kind::kVectors || kind == Kind::kZero;
      Piece& piece = Add(section, from, to, known ? kind : Kind::kUnknown);
      Named(piece, known ? section.name : "(no symbol)");
    }
  }

  static bool LooksLikeText(std::span<const std::byte> bytes) {
    const auto printable = [](std::byte value) {
      const auto c = std::to_integer<unsigned char>(value);
      return c == 0 || c == '\n' || c == '\r' || c == '\t' || c == 27 || (c >= 32 && c != 127);
    };
    return !bytes.empty() && std::all_of(bytes.begin(), bytes.end(), printable);
  }

  void Strings(const Section& section, std::uint64_t from, std::uint64_t to) {
    const auto bytes = image_.BytesAt(from, to - from);
    if (bytes.empty()) {
      Named(Add(section, from, to, Kind::kUnknown), "(no symbol)");
      return;
    }
    for (std::size_t at = 0; at < bytes.size();) {
      std::size_t stop = at;
      while (stop < bytes.size() && bytes[stop] != std::byte{0})
        ++stop;
      const bool empty = stop == at;
      while (stop < bytes.size() && bytes[stop] == std::byte{0} &&
             (empty || (from + stop) % 4 != 0 || bytes[stop - 1] != std::byte{0}))
        ++stop;
      Piece& piece = Add(section, from + at, from + stop, empty ? Kind::kPadding : Kind::kString);
      if (empty) {
        Named(piece, "(alignment)");
      } else {
        piece.symbol = Quoted(bytes.subspan(at, stop - at));
        piece.function = "(strings)";
      }
      at = stop;
    }
  }

  static std::string Quoted(std::span<const std::byte> bytes) {
    std::string out = "\"";
    for (const std::byte value : bytes) {
      const char c = static_cast<char>(value);
      if (c == '\0' || out.size() > kMaxShownString) {
        break;
      }
      out += c >= 32 && c < 127 ? c : '.';
    }
    return out + "\"";
  }

  const ElfImage& image_;
  const LinkMap& map_;
  std::vector<Piece> pieces_{};
  std::size_t next_ = 0;
};

// Says where each piece comes from: DWARF, the map, its C++ scope, or who refers to it.
class Home {
 public:
  Home(const ElfImage& image, const DebugInfo& debug, const LinkMap& map, const Rules& rules,
       std::vector<Piece>& pieces)
      : image_(image), debug_(debug), map_(map), rules_(rules), pieces_(pieces) {}

  void Settle() {
    for (Piece& piece : pieces_) {
      FromDwarfAndMap(piece);
      if (!piece.file.empty() && !piece.raw.empty()) {
        Remember(piece);
      }
    }
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      if (pieces_[i].module.empty() && !FromScope(pieces_[i])) {
        open.push_back(i);
      }
    }
    FromReferences(open);
    for (const std::size_t i : open) {
      if (pieces_[i].module.empty()) {
        pieces_[i].module = kUnknownModule;
      }
    }
  }

 private:
  void FromDwarfAndMap(Piece& piece) {
    if (piece.kind == Kind::kPadding) {
      piece.module = kPaddingModule;
      return;
    }
    if (piece.kind == Kind::kVectors) {
      piece.module = "vector table";  // A row of its own, whoever fills it.
      return;
    }
    const Placed* placed = map_.Find(piece.address);
    if (piece.kind != Kind::kString) {
      const Origin* origin = debug_.Find(piece.address, piece.raw);
      piece.file = origin != nullptr ? ShortPath(origin->file) : "";
    }
    // For a C function, DWARF may name the header that declares it; its first line lies in its
    // source.
    if (piece.kind == Kind::kCode && (piece.file.empty() || piece.file.ends_with(".h"))) {
      const std::string line_file = ShortPath(debug_.LineFile(piece.address));
      piece.file = line_file.empty() ? piece.file : line_file;
    }
    Subject subject{.path = piece.file,
                    .archive = placed != nullptr ? placed->archive : std::string_view(),
                    .object = placed != nullptr ? placed->object : std::string_view(),
                    .symbol = piece.symbol,
                    .section = piece.section};
    piece.module = rules_.ModuleOf(subject);
    if (piece.file.empty() && placed != nullptr &&
        placed->object.find(".ltrans") == std::string::npos) {
      piece.file = placed->object;
    }
    if (piece.module.empty() && piece.kind == Kind::kStub) {
      piece.module = "linker stubs";
    }
    if (piece.module.empty() && piece.kind == Kind::kZero && piece.raw == piece.section) {
      piece.module = "reserved by the linker script";
    }
    if (piece.module.empty() && !piece.file.empty() && piece.file.find('/') != std::string::npos) {
      const std::size_t slash = piece.file.rfind('/');
      const std::size_t before = slash == 0 ? 0 : piece.file.rfind('/', slash - 1);
      const std::size_t begin = before == std::string::npos ? 0 : before + 1;
      piece.module = piece.file.substr(begin, slash - begin);
    } else if (piece.module.empty() && !piece.file.empty()) {
      piece.module = "(other files)";
    }
  }

  void Remember(const Piece& piece) {
    for (std::string scope = ScopeOf(piece.symbol); !scope.empty(); scope = Outer(scope)) {
      scopes_.try_emplace(scope, &piece);
    }
  }

  static std::string Outer(const std::string& scope) {
    const std::size_t colon = scope.rfind("::");
    return colon == std::string::npos ? std::string() : scope.substr(0, colon);
  }

  static void Adopt(Piece& piece, const Piece& from) {
    piece.module = from.module;
    piece.file = from.file;
  }

  bool FromScope(Piece& piece) {
    if (piece.raw.empty()) {
      return false;
    }
    // At least one level below the outermost name: that is shared by everything.
    for (std::string scope = ScopeOf(piece.symbol); scope.find("::") != std::string::npos;
         scope = Outer(scope)) {
      if (const auto found = scopes_.find(scope); found != scopes_.end()) {
        Adopt(piece, *found->second);
        return true;
      }
    }
    return false;
  }

  void FromReferences(const std::vector<std::size_t>& open) {
    if (open.empty()) {
      return;
    }
    const References references(image_);
    for (int round = 0; round < 3; ++round) {
      for (const std::size_t i : open) {
        Piece& piece = pieces_[i];
        if (!piece.module.empty()) {
          continue;
        }
        for (const std::uint64_t from : references.To(piece.address, piece.size)) {
          const Piece* owner = At(from);
          if (owner != nullptr && owner != &piece && !owner->module.empty() &&
              owner->kind != Kind::kPadding) {
            Adopt(piece, *owner);
            break;
          }
        }
      }
    }
  }

  [[nodiscard]] const Piece* At(std::uint64_t address) const {
    auto after =
        std::upper_bound(pieces_.begin(), pieces_.end(), address,
                         [](std::uint64_t at, const Piece& piece) { return at < piece.address; });
    return after == pieces_.begin() ? nullptr : &*std::prev(after);
  }

  const ElfImage& image_;
  const DebugInfo& debug_;
  const LinkMap& map_;
  const Rules& rules_;
  std::vector<Piece>& pieces_;
  std::unordered_map<std::string, const Piece*> scopes_{};
};

}  // namespace

const char* ToText(Kind kind) {
  static constexpr std::array kNames = {"code",    "constant", "string",  "data",   "zero",
                                        "vectors", "stub",     "padding", "unknown"};
  return kNames.at(static_cast<std::size_t>(kind));
}

std::vector<Piece> Attribute(const ElfImage& image, const DebugInfo& debug, const LinkMap& map,
                             const Rules& rules) {
  std::vector<Piece> pieces = Cutter(image, map).Cut();
  Home(image, debug, map, rules, pieces).Settle();
  return pieces;
}

}  // namespace linnet::size
