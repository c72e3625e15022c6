// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "tests/conformance/suites.hpp"

namespace linnet::conformance {

namespace {

constexpr std::string_view kSuite = "flash";
using Buffer = std::array<std::byte, 128>;

/// Bytes that differ from one another, from the erased value and between seeds.
std::byte Pattern(std::uint32_t index, std::uint32_t seed) {
  return static_cast<std::byte>(1 + (index * 7 + seed * 13) % 251);
}

bool Holds(hal::Flash& flash, std::uint32_t offset, std::uint32_t size, std::uint32_t seed) {
  Buffer buffer{};
  const MutableBytes bytes = MutableBytes(buffer).first(size);
  if (!flash.Read(offset, bytes).ok()) {
    return false;
  }
  for (std::uint32_t i = 0; i < size; ++i) {
    if (bytes[i] != Pattern(i, seed)) {
      return false;
    }
  }
  return true;
}

bool IsErased(hal::Flash& flash, std::uint32_t offset, std::uint32_t size) {
  Buffer buffer{};
  while (size > 0) {
    const std::uint32_t count = std::min<std::uint32_t>(size, buffer.size());
    const MutableBytes bytes = MutableBytes(buffer).first(count);
    if (!flash.Read(offset, bytes).ok()) {
      return false;
    }
    if (!std::all_of(bytes.begin(), bytes.end(),
                     [&flash](std::byte byte) { return byte == flash.geometry().erased_value; })) {
      return false;
    }
    offset += count;
    size -= count;
  }
  return true;
}

bool PageErased(hal::Flash& flash, std::uint32_t page) {
  const std::uint32_t size = flash.geometry().page_size;
  return IsErased(flash, page * size, size);
}

Status ProgramPattern(hal::Flash& flash, std::uint32_t offset, std::uint32_t size,
                      std::uint32_t seed) {
  Buffer buffer{};
  for (std::uint32_t i = 0; i < size; ++i) {
    buffer[i] = Pattern(i, seed);
  }
  return flash.Program(offset, Bytes(buffer).first(size));
}

void ErasePages(Case& test, hal::Flash& flash) {
  const std::uint32_t page = flash.geometry().page_size;
  const std::array<std::uint32_t, 4> offsets = {0, page, 2 * page, flash.geometry().size - page};
  for (const std::uint32_t offset : offsets) {
    test.Expect(flash.ErasePage(offset).ok(), "erasing failed");
  }
}

void Geometry(hal::Flash& flash, Report& report) {
  Case test(report, kSuite, "geometry keeps its own rules");
  const hal::FlashGeometry& g = flash.geometry();
  test.Expect(g.program_unit >= 1 && g.program_unit <= 32, "program unit not from 1 to 32");
  test.Expect((g.program_unit & (g.program_unit - 1)) == 0, "program unit not a power of two");
  test.Expect(g.page_size > 0 && g.page_size % g.program_unit == 0, "page not whole units");
  test.Expect(g.size >= 4 * g.page_size && g.size % g.page_size == 0, "not four whole pages");
}

void Erase(hal::Flash& flash, Report& report) {
  Case test(report, kSuite, "an erased page reads as the erased value throughout");
  ErasePages(test, flash);
  const std::uint32_t last = flash.geometry().size / flash.geometry().page_size - 1;
  for (const std::uint32_t page : std::array<std::uint32_t, 4>{0, 1, 2, last}) {
    test.Expect(PageErased(flash, page), "a byte is not erased");
  }
}

void Program(hal::Flash& flash, Report& report) {
  Case test(report, kSuite, "what was programmed is read back, and nothing else changed");
  const std::uint32_t page = flash.geometry().page_size;
  ErasePages(test, flash);
  test.Expect(ProgramPattern(flash, 0, 64, 1).ok(), "programming a page's start failed");
  test.Expect(ProgramPattern(flash, page - 64, 128, 2).ok(), "programming across pages failed");
  test.Expect(ProgramPattern(flash, flash.geometry().size - 32, 32, 3).ok(),
              "programming the last bytes failed");
  test.Expect(Holds(flash, 0, 64, 1), "a page's start reads differently");
  test.Expect(Holds(flash, page - 64, 128, 2), "bytes across pages read differently");
  test.Expect(Holds(flash, flash.geometry().size - 32, 32, 3), "the last bytes read differently");
  test.Expect(IsErased(flash, 64, page - 128), "a neighbour changed");
  test.Expect(IsErased(flash, page + 64, page - 64), "a neighbour in the next page changed");
}

void ProgramUnits(hal::Flash& flash, Report& report) {
  Case test(report, kSuite, "units are programmed one by one, in any order");
  ErasePages(test, flash);
  const std::uint32_t unit = flash.geometry().program_unit;
  for (const std::uint32_t index : {3U, 0U, 2U}) {
    test.Expect(ProgramPattern(flash, index * unit, unit, index).ok(), "programming failed");
  }
  for (const std::uint32_t index : {0U, 2U, 3U}) {
    test.Expect(Holds(flash, index * unit, unit, index), "a unit reads differently");
  }
  test.Expect(IsErased(flash, unit, unit), "the unit in between changed");
}

void SetAllBits(hal::Flash& flash, Report& report) {
  Case test(report, kSuite, "a unit that reads as erased may have all of its bits set");
  ErasePages(test, flash);
  Buffer all{};
  all.fill(~flash.geometry().erased_value);
  const Bytes bytes = Bytes(all).first(flash.geometry().program_unit);
  test.Expect(flash.Program(0, bytes).ok(), "programming failed");
  Buffer out{};
  const MutableBytes read = MutableBytes(out).first(bytes.size());
  test.Expect(flash.Read(0, read).ok() && Equal(read, bytes), "reads differently");
}

void EraseOne(hal::Flash& flash, Report& report) {
  Case test(report, kSuite, "erasing a page leaves its neighbours and makes it usable again");
  const std::uint32_t page = flash.geometry().page_size;
  ErasePages(test, flash);
  test.Expect(ProgramPattern(flash, page - 32, 96, 4).ok(), "programming failed");
  test.Expect(ProgramPattern(flash, 2 * page, 32, 5).ok(), "programming failed");
  test.Expect(flash.ErasePage(page).ok(), "erasing failed");
  test.Expect(Holds(flash, page - 32, 32, 4), "the page before changed");
  test.Expect(Holds(flash, 2 * page, 32, 5), "the page behind changed");
  test.Expect(PageErased(flash, 1), "a byte of the page is not erased");
  test.Expect(ProgramPattern(flash, page, 64, 6).ok(), "programming again failed");
  test.Expect(Holds(flash, page, 64, 6), "reads differently after programming again");
}

void OddReads(hal::Flash& flash, Report& report) {
  Case test(report, kSuite, "reads begin and end at any byte");
  ErasePages(test, flash);
  test.Expect(ProgramPattern(flash, 0, 64, 7).ok(), "programming failed");
  for (std::uint32_t begin = 0; begin < 8; ++begin) {
    for (std::uint32_t size = 0; size < 9; ++size) {
      Buffer out{};
      const MutableBytes bytes = MutableBytes(out).first(size);
      test.Expect(flash.Read(begin, bytes).ok(), "a read failed");
      for (std::uint32_t i = 0; i < size; ++i) {
        test.Expect(bytes[i] == Pattern(begin + i, 7), "a byte reads differently");
      }
      test.Expect(out[size] == std::byte{0}, "a byte behind the buffer was written");
    }
  }
}

void Range(hal::Flash& flash, Report& report) {
  Case test(report, kSuite, "nothing outside can be reached");
  const std::uint32_t size = flash.geometry().size;
  const std::uint32_t unit = flash.geometry().program_unit;
  Buffer buffer{};
  const MutableBytes two = MutableBytes(buffer).first(std::size_t{2} * unit);
  test.Expect(flash.Read(size - unit, two).code() == Code::kOutOfRange, "read over the end");
  test.Expect(flash.Read(size, two).code() == Code::kOutOfRange, "read behind the end");
  test.Expect(flash.Read(0U - unit, two).code() == Code::kOutOfRange, "read that wraps");
  test.Expect(flash.Program(size - unit, two).code() == Code::kOutOfRange, "program over the end");
  test.Expect(flash.Program(0U - unit, two).code() == Code::kOutOfRange, "program that wraps");
  test.Expect(flash.ErasePage(size).code() == Code::kOutOfRange, "erase behind the end");
}

void Alignment(hal::Flash& flash, Report& report) {
  Case test(report, kSuite, "misaligned programs and erases are refused and change nothing");
  ErasePages(test, flash);
  const std::uint32_t unit = flash.geometry().program_unit;
  Buffer buffer{};
  if (unit > 1) {
    test.Expect(flash.Program(1, Bytes(buffer).first(unit)).code() == Code::kInvalidArgument,
                "a program between units was not refused");
    test.Expect(flash.Program(0, Bytes(buffer).first(unit + 1)).code() == Code::kInvalidArgument,
                "a program of part of a unit was not refused");
  }
  test.Expect(flash.ErasePage(unit).code() == Code::kInvalidArgument,
              "an erase inside a page was not refused");
  test.Expect(PageErased(flash, 0), "something was programmed");
}

}  // namespace

void FlashSuite(hal::Flash& flash, Report& report) {
  Geometry(flash, report);
  Erase(flash, report);
  Program(flash, report);
  ProgramUnits(flash, report);
  SetAllBits(flash, report);
  EraseOne(flash, report);
  OddReads(flash, report);
  Range(flash, report);
  Alignment(flash, report);
}

}  // namespace linnet::conformance
