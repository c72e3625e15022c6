// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The page in a real browser: choose, mistype, correct, reload, back; by keyboard, without scripts,
// in the dark. Screenshots are left in OUT_DIR.
//
//   provision_page_test PROVISION_STAND OUT_DIR
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "tests/browser/browser.hpp"

namespace {

using linnet::browser::Browser;
namespace fs = std::filesystem;

void Expect(bool holds, const std::string& what) {
  if (!holds) {
    throw std::runtime_error(what);
  }
}

/// The device, as a process; ends with this object.
class Stand {
 public:
  explicit Stand(const char* program) {
    std::array<int, 2> out{};
    Expect(pipe(out.data()) == 0, "no pipe");
    process_ = fork();
    if (process_ == 0) {
      dup2(out[1], STDOUT_FILENO);
      execl(program, program, nullptr);
      _exit(127);
    }
    close(out[1]);
    FILE* text = fdopen(out[0], "r");
    unsigned secure = 0;
    unsigned clear = 0;
    Expect(std::fscanf(text, "secure %u clear %u", &secure, &clear) == 2,
           "the stand prints nothing");
    url_ = "https://127.0.0.1:" + std::to_string(secure) + "/";
    clear_url_ = "http://127.0.0.1:" + std::to_string(clear) + "/hotspot-detect.html";
  }
  ~Stand() {
    kill(process_, SIGTERM);
    waitpid(process_, nullptr, 0);
  }
  Stand(const Stand&) = delete;
  Stand& operator=(const Stand&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] const std::string& clear_url() const { return clear_url_; }

 private:
  pid_t process_ = -1;
  std::string url_;
  std::string clear_url_;
};

class Story {
 public:
  Story(const char* stand, const fs::path& out)
      : stand_(stand), out_(out), browser_((out / "scratch").string()) {}

  void Tell() {
    browser_.SetPhone(390, 844);
    Welcome();
    List();
    WrongPassphrase();
    OtherRefusals();
    RightPassphrase();
    ReloadAndBack();
  }
  /// On a device that was not provisioned yet.
  void TellWithoutScripts() {
    browser_.SetPhone(390, 844);
    browser_.SetScripts(false);
    browser_.SetDark(true);
    browser_.Go(stand_.url());
    Expect(Count("#v[hidden]") == 1, "the switch that needs a script shows without");
    Shot("8-no-script-dark");
    browser_.Go(stand_.url() + "?show");
    Expect(browser_.Ask("document.getElementById('p').type") == "text", "it does not show");
    Choose("Home", "correct horsf");
    AwaitText("the passphrase is wrong");
    Shot("9-no-script-wrong-dark");
    Choose("Home", "correct horse");
    AwaitText("Connected to");
    Shot("10-no-script-connected-dark");
  }

 private:
  void Shot(const std::string& name) { browser_.Screenshot((out_ / (name + ".png")).string()); }
  int Count(const std::string& selector) {
    return browser_.Ask("document.querySelectorAll('" + selector + "').length");
  }
  void AwaitText(const std::string& text) {
    // A form that is sent while its page still loads can be lost.
    Expect(
        browser_.WaitFor(
            "document.readyState=='complete'&&document.body&&document.body.innerText.includes('" +
            text + "')"),
        "the page never says \"" + text +
            "\", but: " + browser_.Ask("document.body?document.body.innerText:''").dump());
  }
  /// As a form without scripts does it, too.
  void Choose(const std::string& network, const std::string& passphrase) {
    browser_.Ask("[...document.querySelectorAll('.n')].find(n=>n.innerText.includes('" + network +
                 "')).querySelector('input').checked=true,document.getElementById('p').value='" +
                 passphrase + "',document.querySelector('form').requestSubmit(),0");
  }

  void Welcome() {
    browser_.Go(stand_.clear_url());
    AwaitText("nobody can vouch for it");
    Expect(browser_.Ask("document.querySelector('a').href.startsWith('https://')") == true,
           "the welcome leads nowhere");
    Shot("1-welcome");
  }

  void List() {
    browser_.Go(stand_.url());
    Expect(Count(".n") == 6, "not five networks and a place for another");
    Expect(Count(".n [aria-label=\"needs a passphrase\"]") == 4, "not four locks");
    Expect(Count(".n [aria-label^=\"signal: \"]") == 5, "not five signals");
    AwaitText("Neighbours & <Friends>");
    AwaitText("version 1.0.0");
    Shot("2-list");
    browser_.SetDark(true);
    Shot("3-list-dark");
    browser_.SetDark(false);
  }

  /// By keyboard alone.
  void WrongPassphrase() {
    browser_.PressTab();
    browser_.PressSpace();
    Expect(browser_.Ask("document.querySelector(':checked').closest('label').innerText.trim()") ==
               "Home",
           "the keyboard does not choose the first network");
    Expect(browser_.Ask("document.activeElement.matches(':focus-visible')") == true,
           "what has the focus does not show it");
    while (browser_.Ask("document.activeElement.id") != "p") {
      browser_.PressTab();
    }
    browser_.Type("wrong horse");
    browser_.PressTab();
    browser_.PressSpace();
    Expect(browser_.Ask("p.type") == "text", "the passphrase does not show");
    Shot("4-typed");
    browser_.Ask("p.focus()");
    browser_.PressEnter();
    AwaitText("The device tries");
    Shot("5-trying");
    AwaitText("the passphrase is wrong");
    Expect(Count("[role=alert]") == 1, "the refusal is no alert");
    Expect(Count(".n input:checked") == 1, "the network has to be chosen again");
    Shot("6-wrong");
  }

  void OtherRefusals() {
    Choose("Home", "short");
    AwaitText("8 to 63 characters");
    browser_.Ask("document.querySelector('[name=o]').focus()");
    browser_.Type("Cellar");
    Expect(browser_.Ask("document.querySelector(':checked').value") == "",
           "a name that is typed does not choose its place");
    Choose("Cafe", "");
    AwaitText("wants a person to log in");
  }

  void RightPassphrase() {
    Choose("Home", "correct horse");
    AwaitText("Connected to");
    Expect(Count("form") == 0, "there is still a form");
    Shot("7-connected");
  }

  void ReloadAndBack() {
    browser_.Reload();
    AwaitText("Connected to");
    browser_.Go(stand_.url() + "anything/else");
    AwaitText("Connected to");
    browser_.Back();
    AwaitText("Connected to");
  }

  Stand stand_;
  fs::path out_;
  Browser browser_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("provision_page_test PROVISION_STAND OUT_DIR\n", stderr);
    return 2;
  }
  const fs::path out = argv[2];
  try {
    fs::remove_all(out);
    fs::create_directories(out / "scratch");
    Story(argv[1], out).Tell();
    fs::remove_all(out / "scratch");
    fs::create_directories(out / "scratch");
    Story(argv[1], out).TellWithoutScripts();
    fs::remove_all(out / "scratch");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "provision_page_test: %s; see %s\n", error.what(), argv[2]);
    return 1;
  }
  std::printf("provision_page_test: passed; screenshots are in %s\n", argv[2]);
  return 0;
}
