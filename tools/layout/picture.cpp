// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/layout/picture.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "tools/layout/roles.hpp"

namespace linnet::layout {

namespace {

/// A part of a flash, or what belongs to nobody.
struct Piece {
  std::string name{};
  std::string kind{};  ///< Class of its colour.
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

std::string KindOf(const std::string& name) {
  const auto has = [&](const char* part) { return name.find(part) != std::string::npos; };
  return has("pad")         ? "pad"
         : has("secondary") ? "second"
         : has("storage") || has("settings") || has("its") || has("otp") || has("_ps") ||
                 has("factory") || has("record") || has("store")
             ? "data"
         : has("mcuboot") || name == "boot"               ? "boot"
         : has("wifi")                                    ? "wifi"
         : has("tfm") || has("vault") || has("provision") ? "secure"
                                                          : "app";
}

std::vector<Piece> PiecesOf(const Map& map, const Region& region) {
  std::vector<Piece> pieces;
  std::uint64_t end = 0;
  const auto gap = [&](std::uint64_t next) {
    if (next > end) {
      pieces.push_back({"free", "free", end, next - end});
    }
  };
  for (const Partition* leaf : Leaves(map, region.name)) {
    gap(leaf->offset);
    if (leaf->end() > end) {
      pieces.push_back({leaf->name, KindOf(leaf->name), leaf->offset, leaf->size});
      end = leaf->end();
    }
  }
  gap(region.size);
  return pieces;
}

std::string Size(std::uint64_t bytes) {
  char text[32];
  if (bytes % 1024 == 0) {
    std::snprintf(text, sizeof text, "%llu KiB", static_cast<unsigned long long>(bytes / 1024));
  } else if (bytes < 1024) {
    std::snprintf(text, sizeof text, "%llu B", static_cast<unsigned long long>(bytes));
  } else {
    std::snprintf(text, sizeof text, "%.1f KiB", static_cast<double>(bytes) / 1024);
  }
  return text;
}

std::string Number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string Escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += c == '<'   ? "&lt;"
           : c == '>' ? "&gt;"
           : c == '&' ? "&amp;"
           : c == '"' ? "&quot;"
                      : std::string(1, c);
  }
  return out;
}

std::vector<const Region*> Flashes(const std::vector<PictureColumn>& columns) {
  std::vector<const Region*> flashes;
  for (const Region& region : columns.front().map->regions) {
    const bool used = std::any_of(columns.begin(), columns.end(), [&](const PictureColumn& column) {
      return !Leaves(*column.map, region.name).empty();
    });
    if (region.is_flash() && used) {
      flashes.push_back(&region);
    }
  }
  return flashes;
}

constexpr const char* kStyle = R"(<style>
svg{background:#fff;color:#1b1f24}
text{font:12px system-ui,sans-serif;fill:currentColor}
.t{font-size:16px;font-weight:600}.h{font-weight:600}.m{font-family:ui-monospace,monospace;font-size:11px;opacity:.7}
rect{stroke:#fff;stroke-width:1}.line{stroke:currentColor;opacity:.35;fill:none}
.boot{fill:#e0a13a}.pad{fill:#8d96a0}.secure{fill:#b5508f}.app{fill:#3f7fd0}.data{fill:#4f9d69}
.wifi{fill:#1fa0a8}.second{fill:#93b8e8}.free{fill:#e9ecef;stroke-dasharray:3 2;stroke:#adb5bd}
@media (prefers-color-scheme:dark){svg{background:#15181c;color:#e6e8eb}rect{stroke:#15181c}
.free{fill:#262b31;stroke:#59626c}.second{fill:#5479a8}}
</style>)";

/// One flash of one column: a bar to scale, and labels beside it that never lie on each other.
class SvgBar {
 public:
  SvgBar(const Map& map, const Region& region, double left, double top, double height)
      : pieces_(PiecesOf(map, region)), region_(region), left_(left), top_(top), height_(height) {}

  static constexpr double kBar = 130;
  static constexpr double kLabelStep = 16;

  std::string Draw() {
    std::string text;
    PlaceLabels();
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      const Piece& piece = pieces_[i];
      const double y = Y(piece.offset);
      const double high = std::max(Y(piece.offset + piece.size) - y, 1.0);
      text += "<rect class=\"" + piece.kind + "\" x=\"" + Number(left_) + "\" y=\"" + Number(y) +
              "\" width=\"" + Number(kBar) + "\" height=\"" + Number(high) + "\"><title>" +
              Escape(piece.name) + " " + Hex(piece.offset) + " " + Size(piece.size) +
              "</title></rect>\n";
      const double x = left_ + kBar;
      const double middle = y + high / 2;
      text += "<path class=\"line\" d=\"M" + Number(x) + " " + Number(middle) + "L" +
              Number(x + 14) + " " + Number(labels_[i]) + "H" + Number(x + 20) + "\"/>\n";
      text += "<text x=\"" + Number(x + 24) + "\" y=\"" + Number(labels_[i] + 4) + "\">" +
              Escape(piece.name) + " <tspan class=\"m\">" + Hex(piece.offset) + "  " +
              Size(piece.size) + "</tspan></text>\n";
    }
    return text;
  }

  /// Lowest point of the drawing.
  static double HeightFor(const Map& map, const Region& region) {
    return std::max(280.0, static_cast<double>(PiecesOf(map, region).size()) * kLabelStep + 8);
  }

 private:
  [[nodiscard]] double Y(std::uint64_t offset) const {
    return top_ + height_ * static_cast<double>(offset) / static_cast<double>(region_.size);
  }

  /// Each label as near to its piece as those above leave room, then pushed up from the bottom.
  void PlaceLabels() {
    double floor = top_ + 6;
    for (const Piece& piece : pieces_) {
      const double middle = (Y(piece.offset) + Y(piece.offset + piece.size)) / 2;
      labels_.push_back(std::max(middle, floor));
      floor = labels_.back() + kLabelStep;
    }
    double ceiling = top_ + height_ - 6;
    for (std::size_t i = labels_.size(); i-- > 0;) {
      labels_[i] = std::min(labels_[i], ceiling);
      ceiling = labels_[i] - kLabelStep;
    }
  }

  std::vector<Piece> pieces_;
  const Region& region_;
  double left_;
  double top_;
  double height_;
  std::vector<double> labels_;
};

}  // namespace

std::string DrawSvg(const std::vector<PictureColumn>& columns) {
  constexpr double kColumn = 480;
  constexpr double kMargin = 24;
  std::string body;
  double top = 64;
  for (const Region* region : Flashes(columns)) {
    double height = 0;
    for (const PictureColumn& column : columns) {
      height = std::max(height, SvgBar::HeightFor(*column.map, *region));
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const double left = kMargin + static_cast<double>(i) * kColumn;
      body += "<text class=\"h\" x=\"" + Number(left) + "\" y=\"" + Number(top) + "\">" +
              Escape(region->name) + ", " + Size(region->size) + "</text>\n";
      body += SvgBar(*columns[i].map, *region, left, top + 12, height).Draw();
    }
    top += height + 52;
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    body += "<text class=\"t\" x=\"" + Number(kMargin + static_cast<double>(i) * kColumn) +
            "\" y=\"32\">" + Escape(columns[i].title) + "</text>\n";
  }
  const std::string width = Number(kMargin + kColumn * static_cast<double>(columns.size()));
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + width + " " + Number(top) +
         "\" width=\"" + width + "\" height=\"" + Number(top) + "\">\n" + kStyle + "\n" + body +
         "</svg>\n";
}

std::string DrawText(const Map& map, std::size_t width) {
  std::string text;
  constexpr std::string_view kSigns = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (const Region* region : Flashes({{"", &map}})) {
    const std::vector<Piece> pieces = PiecesOf(map, *region);
    std::string bar(width, '.');
    std::string rows;
    std::size_t sign = 0;
    for (const Piece& piece : pieces) {
      const bool nobody = piece.kind == "free";
      const char mark = nobody ? '.' : kSigns[sign++ % kSigns.size()];
      const auto from = static_cast<std::size_t>(piece.offset * width / region->size);
      const auto to = static_cast<std::size_t>((piece.offset + piece.size) * width / region->size);
      for (std::size_t i = from; !nobody && i < std::max(to, from + 1) && i < width; ++i) {
        bar[i] = mark;
      }
      char row[160];
      std::snprintf(row, sizeof row, "  %c  %-32s 0x%06llx  %12s  %5.1f %%\n", mark,
                    piece.name.substr(0, 64).c_str(), static_cast<unsigned long long>(piece.offset),
                    Size(piece.size).c_str(),
                    100.0 * static_cast<double>(piece.size) / static_cast<double>(region->size));
      rows += row;
    }
    text.append(region->name).append(", ").append(Size(region->size)).append("\n|").append(bar);
    text.append("|\n").append(rows).append("\n");
  }
  return text;
}

}  // namespace linnet::layout
