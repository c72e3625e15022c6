// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <elf.h>
#include <gmock/gmock.h>

#include <filesystem>

#include "tools/size/duplicates.hpp"
#include "tools/size/names.hpp"
#include "tools/size/report.hpp"
#include "tools/size/testing/elf_builder.hpp"

namespace linnet::size {
namespace {

using testing::BuildElf;
using ::testing::HasSubstr;

constexpr std::uint32_t kFlash = 0x1000;
constexpr std::uint32_t kRam = 0x20000000;

std::vector<char> SmallElf() {
  std::string text(0x40, '\x01');
  text.replace(0x30, 0x10, std::string("hello\0world\0\0\0\0\0", 16));
  return BuildElf({{".text", kFlash, SHF_ALLOC | SHF_EXECINSTR, text},
                   {".data", kRam, SHF_ALLOC | SHF_WRITE, std::string(8, '\x02')},
                   {".bss", kRam + 8, SHF_ALLOC | SHF_WRITE, "", 0x20}},
                  {{"Foo", kFlash, 0x18},
                   {"Bar", kFlash + 0x18, 0x18},
                   {"alias", kFlash, 0x18},
                   {"value", kRam, 8, false, 2},
                   {"room", kRam + 8, 0x20, false, 3}});
}

Analysis Small(const LinkMap& map = {}, std::vector<char> bytes = SmallElf()) {
  const ElfImage image = ElfImage::FromBytes("small.elf", std::move(bytes));
  return Analyse(image, map, Rules(Text{"r", "symbol Foo -> foo/{1}\nsymbol B* -> bar{1}\n"}));
}

std::string ErrorOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const BadInput& error) {
    return error.what();
  }
  return "none";
}

TEST(Attribution, EachByteOfEachSectionIsInOnePiece) {
  const Analysis analysis = Small();
  EXPECT_EQ(analysis.totals.text, 0x40U);
  EXPECT_EQ(analysis.flash(), 0x48U);
  EXPECT_EQ(analysis.ram(), 0x28U);
  std::uint64_t flash = 0;
  for (const Piece& piece : analysis.pieces)
    flash += piece.in_flash();
  EXPECT_EQ(flash, analysis.flash());
  std::uint64_t end = kFlash;
  for (const Piece& piece : analysis.pieces) {
    if (piece.section == ".text") {
      EXPECT_EQ(piece.address, end);
      end += piece.size;
    }
  }
}

TEST(Attribution, StringsAreFoundWithoutSymbols) {
  const Analysis analysis = Small();
  const auto hello = std::find_if(analysis.pieces.begin(), analysis.pieces.end(),
                                  [](const Piece& piece) { return piece.symbol == "\"hello\""; });
  ASSERT_NE(hello, analysis.pieces.end());
  EXPECT_EQ(hello->kind, Kind::kString);
}

TEST(Attribution, TheMapNamesFillsAndLibraries) {
  const LinkMap map =
      ParseLinkMap(Text{"m",
                        "Memory Configuration\n\nName Origin Length\nFLASH 0x1000 0x400 xr\n\n"
                        "Linker script and memory map\n"
                        " .text.Foo      0x00001000       0x18 lib/libone.a(foo.c.obj)\n"
                        " *fill*         0x00001030       0x10 \n"});
  ASSERT_EQ(map.regions.size(), 1U);
  EXPECT_EQ(map.regions[0].length, 0x400U);
  ASSERT_NE(map.Find(0x1017), nullptr);
  EXPECT_EQ(map.Find(0x1000)->archive, "libone.a");
  EXPECT_EQ(map.Find(0x1018), nullptr);
  const Analysis analysis = Small(map);
  EXPECT_EQ(analysis.pieces.front().file, "foo.c.obj");
}

TEST(Attribution, DamagedElfIsRefusedOrReadWithoutHarm) {
  const std::vector<char> whole = SmallElf();
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    ErrorOf([&] { Small({}, {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}); });
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::vector<char> bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0xFF);
    ErrorOf([&] { Small({}, bytes); });
  }
  EXPECT_THAT(ErrorOf([] { Small({}, {'n', 'o'}); }), HasSubstr("is not an ELF file"));
}

TEST(LinkMapReader, SaysThatATextIsNoMap) {
  EXPECT_THAT(ErrorOf([] {
                ParseLinkMap(Text{"x.map", "hello\nworld\n"});
              }),
              HasSubstr("x.map:2: is no map of GNU ld"));
}

TEST(RulesReader, FirstMatchWinsAndStarsAreNamed) {
  const Rules rules(Text{"r", "# c\npath */src/*/*.cpp -> {2}\nsection .stack -> stack\n"});
  EXPECT_EQ(
      rules.ModuleOf(
          {.path = "/a/src/boot/x.cpp", .archive = {}, .object = {}, .symbol = {}, .section = {}}),
      "boot");
  EXPECT_EQ(
      rules.ModuleOf({.path = {}, .archive = {}, .object = {}, .symbol = {}, .section = ".stack"}),
      "stack");
  EXPECT_THAT(ErrorOf([] {
                Rules(Text{"r", "\nwhat a -> b"});
              }),
              HasSubstr("r:2: 'what' is no kind"));
  EXPECT_THAT(ErrorOf([] { Rules(Text{"r", "path a"}); }), HasSubstr("r:1: a rule is written"));
}

TEST(Globs, HostilePatternsEnd) {
  EXPECT_FALSE(MatchGlob(std::string(500, '*') + "b", std::string(1000, 'a')));
  EXPECT_TRUE(MatchGlob("a*b?", "axxbbc"));
}

TEST(Names, TemplatesAndClonesFold) {
  EXPECT_EQ(Fold(Demangle("_ZSt3maxIiERKT_S2_S2_")), "std::max<>");
  EXPECT_EQ(Fold("foo.constprop.0"), "foo");
  EXPECT_EQ(Fold("operator<<(int)"), "operator<<(int)");
  EXPECT_EQ(ScopeOf("vtable for a::B"), "a::B");
  EXPECT_EQ(ScopeOf("a::B::Run(c::D)"), "a::B");
}

TEST(Comparison, GrowthSumsUp) {
  const Analysis base = Small();
  Analysis now = Small();
  now.pieces[0].size += 12;
  const auto changes = Compare(base, now);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].flash, 12);
  EXPECT_TRUE(Compare(base, base).empty());
  const auto sections = Compare(base, now, {Level::kMemory, Level::kSection});
  ASSERT_EQ(sections.size(), 1U);
  EXPECT_THAT(sections[0].names, ::testing::ElementsAre("flash", ".text"));
  EXPECT_EQ(sections[0].flash, 12);
  EXPECT_FALSE(sections[0].added);
}

TEST(Budgets, RowsThatExceedAreNamed) {
  const Analysis analysis = Small();
  const auto rows = Judge(Text{"b", "small flash 71\nsmall ram/bar 5\nother ram 1\n"}, analysis);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_TRUE(rows[0].exceeded());
  EXPECT_FALSE(rows[1].exceeded());
  EXPECT_THAT(ErrorOf([] {
                ParseBudget(Text{"b", "boot flash lots"});
              }),
              HasSubstr("b:1: a budget"));
  EXPECT_THAT(ErrorOf([&] { Judge(Text{"b", "boot flash 3"}, analysis); }), HasSubstr("no line"));
}

TEST(Duplicates, SameBytesAreFound) {
  const ElfImage image = ElfImage::FromBytes("small.elf", SmallElf());
  const auto found = FindDuplicates(image, Small());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].wasted(), 0x18U);
}

std::string Thumb(std::initializer_list<unsigned> halves) {
  std::string out;
  for (const unsigned half : halves) {
    out += static_cast<char>(half & 0xFFU);
    out += static_cast<char>(half >> 8U);
  }
  return out;
}

std::vector<Duplicate> DuplicatesOf(const std::string& text,
                                    const std::vector<testing::BuiltSymbol>& symbols) {
  const auto bytes = BuildElf({{".text", kFlash, SHF_ALLOC | SHF_EXECINSTR, text}}, symbols);
  const ElfImage image = ElfImage::FromBytes("small.elf", bytes);
  return FindDuplicates(image, Analyse(image, {}, Rules(Text{"r", ""})));
}

// push {lr}; bl 0x1020; b.w 0x1022; nop -- at 0x1000 and again at 0x1010.
TEST(Duplicates, CodeThatCallsTheSameIsTheSameWhereverItLies) {
  const std::string first = Thumb({0xB500, 0xF000, 0xF80D, 0xF000, 0xB80C, 0xBF00});
  const std::string again = Thumb({0xB500, 0xF000, 0xF805, 0xF000, 0xB804, 0xBF00});
  const std::string other = Thumb({0xB500, 0xF000, 0xF805, 0xF000, 0xB805, 0xBF00});
  const std::string rest = std::string(4, '\x01') + Thumb({0x4770, 0x4770, 0x4770, 0x4770});
  const std::vector<testing::BuiltSymbol> symbols = {
      {"One", kFlash, 12}, {"Two", kFlash + 0x10, 12}, {"Callee", kFlash + 0x20, 4}};
  const auto found = DuplicatesOf(first + std::string(4, '\x01') + again + rest, symbols);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].names, ::testing::ElementsAre("One", "Two"));
  EXPECT_TRUE(DuplicatesOf(first + std::string(4, '\x01') + other + rest, symbols).empty());
  EXPECT_TRUE(DuplicatesOf(first + std::string(4, '\x01') + first + rest, symbols).empty())
      << "the same bytes call something else";
}

// 0: beq.w back to 0 -- what stays inside is the same as its bytes.
TEST(Duplicates, BranchesInsideStayAsTheyAre) {
  const std::string loop = Thumb({0xBF00, 0xBF00, 0xF43F, 0xAFFC, 0x4770, 0xBF00});
  const auto found = DuplicatesOf(loop + loop, {{"One", kFlash, 12}, {"Two", kFlash + 12, 12}});
  ASSERT_EQ(found.size(), 1U);
}

TEST(Attribution, TheVectorTableIsARowOfItsOwn) {
  for (const char* name : {"linker_vectors", "_vector_table", "__Vectors", "__isr_vector"}) {
    const auto bytes =
        BuildElf({{".text", kFlash, SHF_ALLOC | SHF_EXECINSTR, std::string(0x40, '\x01')}},
                 {{name, kFlash, 0x20, false}, {"Foo", kFlash + 0x20, 0x20}});
    const Analysis analysis = Small({}, bytes);
    EXPECT_EQ(analysis.pieces.front().kind, Kind::kVectors) << name;
    EXPECT_EQ(analysis.pieces.front().module, "vector table") << name;
  }
}

// Our own images, as the an505 preset links them: with link-time optimisation.
class OwnImage : public ::testing::TestWithParam<const char*> {};

TEST_P(OwnImage, IsAttributedToTheByte) {
  const std::string name = GetParam();
  const std::string path =
      std::string(LINNET_AN505_BUILD) + "/images/" + name + "/" + name + ".elf";
  ASSERT_TRUE(std::filesystem::exists(path)) << "build the preset an505 first";
  const Analysis analysis = Analyse(path, "", Rules::Default());
  std::uint64_t flash = 0;
  for (const Piece& piece : analysis.pieces)
    flash += piece.in_flash();
  const std::string command = "arm-none-eabi-size " + path + " | tail -n 1";
  FILE* pipe = popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  unsigned long text = 0;
  unsigned long data = 0;
  unsigned long bss = 0;
  EXPECT_EQ(std::fscanf(pipe, "%lu %lu %lu", &text, &data, &bss), 3);
  pclose(pipe);
  EXPECT_EQ(flash, text + data);
  EXPECT_EQ(analysis.ram(), data + bss);
  EXPECT_LT(analysis.unattributed() * 100, flash + analysis.ram());
}

INSTANTIATE_TEST_SUITE_P(Images, OwnImage, ::testing::Values("boot", "device"));

}  // namespace
}  // namespace linnet::size
