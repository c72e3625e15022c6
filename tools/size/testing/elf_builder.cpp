// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/size/testing/elf_builder.hpp"

#include <elf.h>

#include <cstring>

namespace linnet::size::testing {
namespace {

class Writer {
 public:
  std::uint32_t Append(const void* data, std::size_t size) {
    bytes_.resize((bytes_.size() + 3) / 4 * 4);
    const auto at = static_cast<std::uint32_t>(bytes_.size());
    const char* begin = static_cast<const char*>(data);
    bytes_.insert(bytes_.end(), begin, begin + size);
    return at;
  }
  std::vector<char>& bytes() { return bytes_; }

 private:
  std::vector<char> bytes_{};
};

struct Names {
  std::string text = std::string(1, '\0');
  std::uint32_t Add(const std::string& name) {
    const auto at = static_cast<std::uint32_t>(text.size());
    text += name;
    text += '\0';
    return at;
  }
};

Elf32_Shdr Header(std::uint32_t name, std::uint32_t type, std::uint32_t offset, std::size_t size) {
  Elf32_Shdr header{};
  header.sh_name = name;
  header.sh_type = type;
  header.sh_offset = offset;
  header.sh_size = static_cast<std::uint32_t>(size);
  header.sh_addralign = 4;
  return header;
}

}  // namespace

std::vector<char> BuildElf(const std::vector<BuiltSection>& sections,
                           const std::vector<BuiltSymbol>& symbols) {
  Writer writer;
  Names section_names;
  Names symbol_names;
  Elf32_Ehdr file{};
  writer.Append(&file, sizeof file);
  std::vector<Elf32_Shdr> headers(1);
  for (const BuiltSection& section : sections) {
    const bool zeros = section.zeros != 0;
    Elf32_Shdr header = Header(section_names.Add(section.name), zeros ? SHT_NOBITS : SHT_PROGBITS,
                               writer.Append(section.content.data(), section.content.size()),
                               zeros ? section.zeros : section.content.size());
    header.sh_addr = section.address;
    header.sh_flags = section.flags;
    headers.push_back(header);
  }
  std::vector<Elf32_Sym> table(1);
  for (const BuiltSymbol& symbol : symbols) {
    Elf32_Sym entry{};
    entry.st_name = symbol_names.Add(symbol.name);
    entry.st_value = symbol.address | (symbol.function ? 1U : 0U);
    entry.st_size = symbol.size;
    entry.st_info = ELF32_ST_INFO(STB_GLOBAL, symbol.function ? STT_FUNC : STT_OBJECT);
    entry.st_shndx = symbol.section;
    table.push_back(entry);
  }
  Elf32_Shdr header = Header(section_names.Add(".symtab"), SHT_SYMTAB,
                             writer.Append(table.data(), table.size() * sizeof table[0]),
                             table.size() * sizeof table[0]);
  header.sh_entsize = sizeof(Elf32_Sym);
  header.sh_link = static_cast<std::uint32_t>(headers.size() + 1);
  headers.push_back(header);
  headers.push_back(Header(section_names.Add(".strtab"), SHT_STRTAB,
                           writer.Append(symbol_names.text.data(), symbol_names.text.size()),
                           symbol_names.text.size()));
  const std::uint32_t own = section_names.Add(".shstrtab");
  headers.push_back(Header(own, SHT_STRTAB,
                           writer.Append(section_names.text.data(), section_names.text.size()),
                           section_names.text.size()));
  std::memcpy(file.e_ident, ELFMAG, SELFMAG);
  file.e_ident[EI_CLASS] = ELFCLASS32;
  file.e_ident[EI_DATA] = ELFDATA2LSB;
  file.e_ident[EI_VERSION] = EV_CURRENT;
  file.e_type = ET_EXEC;
  file.e_machine = EM_ARM;
  file.e_version = EV_CURRENT;
  file.e_ehsize = sizeof file;
  file.e_shentsize = sizeof(Elf32_Shdr);
  file.e_shnum = static_cast<std::uint16_t>(headers.size());
  file.e_shstrndx = static_cast<std::uint16_t>(headers.size() - 1);
  file.e_shoff = writer.Append(headers.data(), headers.size() * sizeof headers[0]);
  std::memcpy(writer.bytes().data(), &file, sizeof file);
  return writer.bytes();
}

}  // namespace linnet::size::testing
