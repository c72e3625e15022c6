// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The page of `linnet size --html` with 5,000 symbols in a real browser: by keyboard, searched, as
// a difference, in the dark. Screenshots are left in OUT_DIR.
//
//   size_page_test OUT_DIR
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "tests/browser/browser.hpp"
#include "tools/size/html.hpp"

namespace {

using linnet::browser::Browser;
namespace fs = std::filesystem;

constexpr std::uint64_t kSymbols = 5000;
constexpr std::uint64_t kModules = 25;
constexpr std::uint64_t kFiles = 250;

linnet::size::Analysis Make(std::uint64_t growth) {
  linnet::size::Analysis analysis;
  analysis.name = growth == 0 ? "before.elf" : "generated.elf";
  for (std::uint64_t i = 0; i < kSymbols; ++i) {
    linnet::size::Piece piece;
    piece.address = i;
    piece.size = 8 + (i * 7919) % 900 / (1 + i % kModules) + (i % 100 == 0 ? growth : 0);
    piece.kind = i % 5 == 0 ? linnet::size::Kind::kConstant : linnet::size::Kind::kCode;
    piece.flash = true;
    piece.section = ".text";
    piece.module = "module " + std::to_string(i % kModules);
    piece.file = "src/file_" + std::to_string(i % kFiles) + ".cpp";
    piece.function = "Namespace::Function" + std::to_string(i) + "</script>(int)";
    piece.symbol = piece.function;
    analysis.totals.text += piece.size;
    analysis.pieces.push_back(piece);
  }
  return analysis;
}

void Expect(bool holds, const std::string& what) {
  if (!holds) {
    throw std::runtime_error(what);
  }
}

/// Of what is written in every tile, against the tile; the smaller text is faint.
constexpr const char* kLeastContrast = R"((() => {
  const parts = (color) => color.match(/[\d.]+/g).slice(0, 3).map(Number);
  const light = (color) => color.map((c) => { c /= 255; return c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; })
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  let least = 21;
  for (const tile of document.getElementById('map').children) {
    const back = parts(getComputedStyle(tile).backgroundColor), ink = parts(getComputedStyle(tile).color);
    for (const span of tile.children) {
      const opacity = Number(getComputedStyle(span).opacity);
      const [a, b] = [light(back), light(ink.map((c, i) => c * opacity + back[i] * (1 - opacity)))];
      least = Math.min(least, (Math.max(a, b) + .05) / (Math.min(a, b) + .05));
    }
  }
  return least;
})())";

class Story {
 public:
  explicit Story(const fs::path& out) : out_(out), browser_((out / "scratch").string()) {
    const linnet::size::Analysis base = Make(0);
    const std::string page = linnet::size::ToHtml(Make(40), &base);
    Expect(page.find("src=\"") == std::string::npos && page.find("href=\"") == std::string::npos,
           "the page refers to something outside of it");
    std::ofstream(out / "page.html") << page;
  }

  void Tell() {
    browser_.Go("file://" + fs::absolute(out_ / "page.html").string());
    Expect(browser_.WaitFor("document.body&&document.body.dataset.ready=='true'"),
           "the page's script did not run to its end");
    std::printf("size_page_test: ready after %d ms\n",
                browser_.Ask("Math.round(performance.now())").get<int>());
    Opened();
    Colours();
    Keyboard();
    Search();
    Difference();
  }

 private:
  void Shot(const std::string& name) { browser_.Screenshot((out_ / (name + ".png")).string()); }
  std::string Text(const std::string& expression) { return browser_.Ask(expression); }
  std::string Focused() {
    return Text("(document.activeElement.getAttribute('aria-label')||document.activeElement.id)");
  }
  std::string Trail() { return Text("document.getElementById('trail').innerText"); }
  int Tiles() { return browser_.Ask("document.getElementById('map').children.length"); }

  void Opened() {
    Expect(Text("document.getElementById('figures').innerText").find("5,000 pieces") !=
               std::string::npos,
           "the page does not hold 5,000 pieces");
    Expect(Tiles() == kModules, "not one tile for each module");
  }

  void Colours() {
    for (const bool dark : {false, true}) {
      browser_.SetDark(dark);
      const double contrast = browser_.Ask(kLeastContrast);
      Expect(contrast >= 4.5, "a tile cannot be read: contrast " + std::to_string(contrast) +
                                  (dark ? " in the dark" : ""));
      Shot(dark ? "page-dark" : "page");
    }
    browser_.SetDark(false);
  }

  void Keyboard() {
    int presses = 0;
    while (Focused().find("module 0:") != 0 && ++presses < 20) {
      browser_.PressTab();
    }
    Expect(presses < 20, "Tab never comes to the treemap, but to " + Focused());
    Expect(browser_.Ask("document.activeElement.matches(':focus-visible')") == true,
           "what has the focus does not show it");
    browser_.PressKey("ArrowRight", 39);
    Expect(Focused().find("module 1:") == 0, "right of the first tile is not the second");
    browser_.PressKey("ArrowDown", 40);
    Expect(Focused().find("module 2:") == 0, "below the second tile is not the third");
    browser_.PressEnter();
    Expect(Trail().find("module 2:") != std::string::npos, "Enter does not open a tile");
    Expect(Focused().find("src/file_") == 0, "nothing inside of the tile has the focus");
    Shot("page-opened");
    browser_.PressKey("Backspace", 8);
    Expect(Focused().find("module 2:") == 0, "going up does not come back to the tile");
    browser_.PressTab();
    Expect(browser_.Ask("document.activeElement.parentElement.id") != "map",
           "Tab does not leave the treemap");
  }

  void Search() {
    browser_.Ask("document.activeElement.blur(),0");
    browser_.PressKey("/", 191);
    Expect(Focused() == "Search", "'/' does not lead to the search");
    browser_.Type("function4999");
    Expect(browser_.WaitFor("document.getElementById('trail').innerText.startsWith('1 found')"),
           "the search finds: " + Trail());
    browser_.PressKey("Escape", 27);
    Expect(Tiles() == kModules, "Escape does not end the search");
  }

  void Difference() {
    browser_.Ask("document.getElementById('difference').click(),0");
    Expect(Trail().find("50 functions and objects changed") != std::string::npos,
           "the difference is: " + Trail());
    Shot("difference");
    browser_.SetDark(true);
    Expect(browser_.Ask(kLeastContrast).get<double>() >= 4.5, "a difference cannot be read");
    Shot("difference-dark");
  }

  fs::path out_;
  Browser browser_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: size_page_test OUT_DIR\n");
    return 2;
  }
  const fs::path out = argv[1];
  try {
    fs::remove_all(out);
    fs::create_directories(out / "scratch");
    Story(out).Tell();
    fs::remove_all(out / "scratch");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "size_page_test: %s; see %s\n", error.what(), argv[1]);
    return 1;
  }
  std::printf("size_page_test: passed; screenshots are in %s\n", argv[1]);
  return 0;
}
