// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Prints how long an ELF file of about 60 MB with DWARF takes to read, and the most memory it took.
#include <dwarf.h>
#include <elf.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>

#include "tools/size/report.hpp"
#include "tools/size/testing/elf_builder.hpp"

namespace {

using linnet::size::testing::BuiltSection;
using linnet::size::testing::BuiltSymbol;

constexpr std::uint32_t kFlash = 0x10000;
constexpr std::uint32_t kFunctionSize = 64;
constexpr std::uint32_t kUnits = 1000;
constexpr std::uint32_t kFunctions = 150;  // In each unit.
constexpr std::uint32_t kVariables = 17;   // In each function.
constexpr double kMebi = 1024.0 * 1024.0;

void U16(std::string& out, std::uint32_t value) {
  out += static_cast<char>(value & 0xFFU);
  out += static_cast<char>(value >> 8U & 0xFFU);
}

void U32(std::string& out, std::uint32_t value) {
  U16(out, value & 0xFFFFU);
  U16(out, value >> 16U);
}

void Text(std::string& out, const std::string& text) {
  out += text;
  out += '\0';
}

void Code(std::string& out, std::initializer_list<int> values) {
  for (const int value : values)
    out += static_cast<char>(value);
}

// 1 unit, 2 function, 3 variable, 4 inlined copy, 5 abstract function
std::string Abbreviations() {
  std::string out;
  Code(out, {1, DW_TAG_compile_unit, 1, DW_AT_name, DW_FORM_string, DW_AT_stmt_list,
             DW_FORM_sec_offset, 0, 0});
  Code(out, {2, DW_TAG_subprogram, 1, DW_AT_name, DW_FORM_string, DW_AT_decl_file, DW_FORM_data1,
             DW_AT_low_pc, DW_FORM_addr, DW_AT_high_pc, DW_FORM_data4, 0, 0});
  Code(out,
       {3, DW_TAG_variable, 0, DW_AT_name, DW_FORM_string, DW_AT_decl_line, DW_FORM_data1, 0, 0});
  Code(out, {4, DW_TAG_inlined_subroutine, 0, DW_AT_abstract_origin, DW_FORM_ref4, DW_AT_low_pc,
             DW_FORM_addr, DW_AT_high_pc, DW_FORM_data4, 0, 0});
  Code(out,
       {5, DW_TAG_subprogram, 0, DW_AT_name, DW_FORM_string, DW_AT_decl_file, DW_FORM_data1, 0, 0});
  Code(out, {0});
  return out;
}

// A line program with one file and no lines.
std::string Lines() {
  std::string head;
  Code(head, {1, 1, 1, -5, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0});
  Text(head, "generated.c");
  Code(head, {0, 0, 0, 0});
  std::string out;
  U32(out, static_cast<std::uint32_t>(head.size() + 6));
  U16(out, 4);
  U32(out, static_cast<std::uint32_t>(head.size()));
  return out + head;
}

std::string Unit(std::uint32_t number, std::vector<BuiltSymbol>& symbols) {
  std::string body;
  U16(body, 4);
  U32(body, 0);
  Code(body, {4, 1});
  Text(body, "unit_" + std::to_string(number) + ".c");
  U32(body, 0);
  const auto abstract = static_cast<std::uint32_t>(body.size() + 4);
  Code(body, {5});
  Text(body, "inlined_" + std::to_string(number));
  Code(body, {1});
  for (std::uint32_t i = 0; i < kFunctions; ++i) {
    const std::uint32_t address = kFlash + (number * kFunctions + i) * kFunctionSize;
    const std::string name = "function_" + std::to_string(number) + "_" + std::to_string(i);
    symbols.push_back({name, address, kFunctionSize});
    Code(body, {2});
    Text(body, name);
    Code(body, {1});
    U32(body, address);
    U32(body, kFunctionSize);
    Code(body, {4});
    U32(body, abstract);
    U32(body, address + 8);
    U32(body, 8);
    for (std::uint32_t variable = 0; variable < kVariables; ++variable) {
      Code(body, {3});
      Text(body, "local_variable_" + std::to_string(variable));
      Code(body, {7});
    }
    Code(body, {0});
  }
  Code(body, {0});
  std::string out;
  U32(out, static_cast<std::uint32_t>(body.size()));
  return out + body;
}

std::vector<char> Generate() {
  std::vector<BuiltSymbol> symbols;
  std::string info;
  for (std::uint32_t i = 0; i < kUnits; ++i)
    info += Unit(i, symbols);
  const std::string text(std::size_t{kUnits} * kFunctions * kFunctionSize, '\x01');
  return linnet::size::testing::BuildElf({{".text", kFlash, SHF_ALLOC | SHF_EXECINSTR, text},
                                          {".debug_info", 0, 0, info},
                                          {".debug_abbrev", 0, 0, Abbreviations()},
                                          {".debug_line", 0, 0, Lines()}},
                                         symbols);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 || (std::string(argv[1]) != "make" && std::string(argv[1]) != "read")) {
    std::cerr << "usage: size_benchmark make FILE, then size_benchmark read FILE\n";
    return 2;
  }
  if (std::string(argv[1]) == "make") {
    const std::vector<char> bytes = Generate();
    std::ofstream(argv[2], std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    std::printf("%.1f MB written\n", static_cast<double>(bytes.size()) / kMebi);
    return 0;
  }
  const auto begin = std::chrono::steady_clock::now();
  const auto analysis = linnet::size::Analyse(argv[2], "", linnet::size::Rules::Default());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("%zu pieces, %llu B not attributed, %.2f s, %.0f MiB at most\n",
              analysis.pieces.size(), static_cast<unsigned long long>(analysis.unattributed()),
              took.count(), static_cast<double>(usage.ru_maxrss) / 1024.0);
  return 0;
}
