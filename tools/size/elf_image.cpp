// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/size/elf_image.hpp"

#include <fcntl.h>
#include <gelf.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "tools/size/input.hpp"

namespace linnet::size {
namespace {

constexpr std::uint64_t kMaxSection = std::uint64_t{1} << 32U;
constexpr std::size_t kMaxSymbols = 10'000'000;

// Where the segment that holds a section lies in flash.
std::uint64_t LoadAddress(Elf* elf, const GElf_Shdr& header) {
  std::size_t count = 0;
  elf_getphdrnum(elf, &count);
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Phdr segment;
    if (gelf_getphdr(elf, static_cast<int>(i), &segment) != nullptr && segment.p_type == PT_LOAD &&
        header.sh_addr >= segment.p_vaddr &&
        header.sh_addr - segment.p_vaddr < std::max(segment.p_memsz, segment.p_filesz)) {
      return header.sh_addr - segment.p_vaddr + segment.p_paddr;
    }
  }
  return header.sh_addr;
}

Class ClassOf(const GElf_Shdr& header) {
  const bool code = (header.sh_flags & SHF_EXECINSTR) != 0;
  const bool writable = (header.sh_flags & SHF_WRITE) != 0;
  if (code || !writable) {
    return Class::kText;
  }
  return header.sh_type == SHT_NOBITS ? Class::kBss : Class::kData;
}

bool IsMapping(std::string_view name) {
  return name.size() >= 2 && name[0] == '$' && (name.size() == 2 || name[2] == '.');
}

}  // namespace

ElfImage ElfImage::FromFile(const std::string& path) {
  ElfImage image(path);
  image.file_ = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (image.file_ < 0) {
    throw BadInput(path + ": cannot be read; is the path right?");
  }
  elf_version(EV_CURRENT);
  image.elf_ = elf_begin(image.file_, ELF_C_READ_MMAP, nullptr);
  image.Load();
  return image;
}

ElfImage ElfImage::FromBytes(std::string name, std::vector<char> bytes) {
  ElfImage image(std::move(name));
  image.owned_ = std::move(bytes);
  elf_version(EV_CURRENT);
  image.elf_ = elf_memory(image.owned_.data(), image.owned_.size());
  image.Load();
  return image;
}

ElfImage::ElfImage(ElfImage&& other) noexcept
    : name_(std::move(other.name_)),
      owned_(std::move(other.owned_)),
      file_(std::exchange(other.file_, -1)),
      elf_(std::exchange(other.elf_, nullptr)),
      arm_(other.arm_),
      sections_(std::move(other.sections_)),
      symbols_(std::move(other.symbols_)) {}

ElfImage::~ElfImage() {
  elf_end(elf_);
  if (file_ >= 0) {
    close(file_);
  }
}

void ElfImage::Load() {
  GElf_Ehdr header;
  if (elf_ == nullptr || elf_kind(elf_) != ELF_K_ELF || gelf_getehdr(elf_, &header) == nullptr) {
    throw BadInput(name_ +
                   ": is not an ELF file (the linker's .elf output is needed, not .bin or .hex)");
  }
  if (header.e_type != ET_EXEC && header.e_type != ET_DYN) {
    throw BadInput(name_ + ": is an ELF file that was not linked yet; give the linked image");
  }
  arm_ = header.e_machine == EM_ARM;
  ReadSections();
  ReadSymbols();
}

void ElfImage::ReadSections() {
  std::size_t names = 0;
  if (elf_getshdrstrndx(elf_, &names) != 0) {
    throw BadInput(name_ + ": has no table of sections");
  }
  for (Elf_Scn* scn = elf_nextscn(elf_, nullptr); scn != nullptr; scn = elf_nextscn(elf_, scn)) {
    GElf_Shdr header;
    if (gelf_getshdr(scn, &header) == nullptr) {
      throw BadInput(name_ + ": section " + std::to_string(elf_ndxscn(scn)) + " is damaged");
    }
    if ((header.sh_flags & SHF_ALLOC) == 0 || header.sh_size == 0) {
      continue;
    }
    const char* name = elf_strptr(elf_, names, header.sh_name);
    Section section{.name = name != nullptr ? name : "",
                    .address = header.sh_addr,
                    .load_address = LoadAddress(elf_, header),
                    .size = header.sh_size,
                    .kind = ClassOf(header),
                    .executable = (header.sh_flags & SHF_EXECINSTR) != 0,
                    .bytes = {}};
    if (section.size > kMaxSection || section.address + section.size < section.address) {
      throw BadInput(name_ + ": section " + section.name + " has an impossible size");
    }
    if (header.sh_type != SHT_NOBITS) {
      const Elf_Data* data = elf_rawdata(scn, nullptr);
      if (data == nullptr || data->d_buf == nullptr || data->d_size != section.size) {
        throw BadInput(name_ + ": the file ends before section " + section.name + " does");
      }
      section.bytes = {static_cast<const std::byte*>(data->d_buf), data->d_size};
    }
    sections_.push_back(std::move(section));
  }
  if (sections_.empty()) {
    throw BadInput(name_ + ": has no section that takes memory");
  }
  std::stable_sort(sections_.begin(), sections_.end(),
                   [](const Section& a, const Section& b) { return a.address < b.address; });
}

void ElfImage::ReadSymbols() {
  for (Elf_Scn* scn = elf_nextscn(elf_, nullptr); scn != nullptr; scn = elf_nextscn(elf_, scn)) {
    GElf_Shdr header;
    if (gelf_getshdr(scn, &header) == nullptr || header.sh_type != SHT_SYMTAB ||
        header.sh_entsize == 0) {
      continue;
    }
    Elf_Data* data = elf_getdata(scn, nullptr);
    const std::size_t count = data != nullptr ? header.sh_size / header.sh_entsize : 0;
    if (data == nullptr || count > kMaxSymbols) {
      throw BadInput(name_ + ": its symbol table is damaged");
    }
    for (std::size_t i = 1; i < count; ++i) {
      GElf_Sym symbol;
      if (gelf_getsym(data, static_cast<int>(i), &symbol) == nullptr) {
        break;
      }
      const auto type = GELF_ST_TYPE(symbol.st_info);
      const char* name = elf_strptr(elf_, header.sh_link, symbol.st_name);
      if (name == nullptr || *name == '\0' || symbol.st_shndx == SHN_UNDEF ||
          symbol.st_shndx == SHN_ABS || type == STT_SECTION || type == STT_FILE ||
          IsMapping(name)) {
        continue;
      }
      const bool function = type == STT_FUNC;
      const std::uint64_t address =
          arm_ && function ? symbol.st_value & ~std::uint64_t{1} : symbol.st_value;
      if (Find(address) != nullptr) {
        symbols_.push_back(
            {name, address, symbol.st_size, function, GELF_ST_BIND(symbol.st_info) == STB_GLOBAL});
      }
    }
  }
  std::stable_sort(symbols_.begin(), symbols_.end(), [](const Symbol& a, const Symbol& b) {
    if (a.address != b.address)
      return a.address < b.address;
    if (a.size != b.size)
      return a.size > b.size;
    return a.global && !b.global;
  });
}

const Section* ElfImage::Find(std::uint64_t address) const {
  auto after = std::upper_bound(
      sections_.begin(), sections_.end(), address,
      [](std::uint64_t at, const Section& section) { return at < section.address; });
  while (after != sections_.begin()) {
    --after;
    if (after->Contains(address)) {
      return &*after;
    }
    if (after->address != address) {
      break;
    }
  }
  return nullptr;
}

std::span<const std::byte> ElfImage::BytesAt(std::uint64_t address, std::uint64_t count) const {
  const Section* section = Find(address);
  if (section == nullptr || section->bytes.empty() ||
      count > section->size - (address - section->address)) {
    return {};
  }
  return section->bytes.subspan(address - section->address, count);
}

Totals Sum(const ElfImage& image) {
  Totals totals;
  for (const Section& section : image.sections()) {
    (section.kind == Class::kText   ? totals.text
     : section.kind == Class::kData ? totals.data
                                    : totals.bss) += section.size;
  }
  return totals;
}

}  // namespace linnet::size
