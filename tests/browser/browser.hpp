// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A headless Chromium, driven over its debugging pipe.
#pragma once

#include <sys/types.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace linnet::browser {

/// What goes wrong throws std::runtime_error with one sentence.
class Browser {
 public:
  /// `scratch` is an empty folder for its profile. Certificates that nobody vouches for are
  /// accepted.
  explicit Browser(const std::string& scratch);
  ~Browser();
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  void Go(const std::string& url);
  void Reload() { Call("Page.reload"); }
  void Back();
  /// The value of a JavaScript expression, in the page. Works also when the page's own scripts do
  /// not.
  nlohmann::json Ask(const std::string& expression);
  /// Until the expression is true; the page may load anew meanwhile. False: it never was.
  bool WaitFor(const std::string& expression);
  /// Real key presses, for what has the focus.
  void Type(const std::string& text);
  void PressTab() { Press("Tab", 9, ""); }
  void PressEnter() { Press("Enter", 13, "\r"); }
  void PressSpace() { Press(" ", 32, " "); }
  /// One that writes nothing, by its name in JavaScript and its Windows code: "ArrowLeft", 37.
  void PressKey(const std::string& name, int code) { Press(name, code, ""); }

  void SetScripts(bool on);
  void SetDark(bool on);
  void SetPhone(int width, int height);
  void Screenshot(const std::string& path);

 private:
  nlohmann::json Call(const std::string& method, nlohmann::json parameters = {});
  void Press(const std::string& key, int code, const std::string& text);
  void Send(const std::string& message);
  std::string Receive();

  pid_t process_ = -1;
  int to_ = -1;
  int from_ = -1;
  int next_id_ = 1;
  std::string session_;
  std::string buffer_;
};

}  // namespace linnet::browser
