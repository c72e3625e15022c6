// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/browser/browser.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace linnet::browser {

namespace {

using Json = nlohmann::json;
constexpr int kPatienceMs = 60'000;
constexpr std::chrono::milliseconds kPause{50};

/// Chromium reads commands from file 3 and writes to file 4.
void RunChromium(int read_end, int write_end, const std::string& scratch) {
  const int in = fcntl(read_end, F_DUPFD, 10);
  const int out = fcntl(write_end, F_DUPFD, 10);
  dup2(in, 3);
  dup2(out, 4);
  const int log = open((scratch + "/chromium.log").c_str(), O_CREAT | O_WRONLY, 0644);
  dup2(log, STDERR_FILENO);
  setpgid(0, 0);
  const std::string profile = "--user-data-dir=" + scratch + "/profile";
  execlp("chromium", "chromium", "--headless=new", "--no-sandbox", "--disable-gpu",
         "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
         "--ignore-certificate-errors", "--remote-debugging-pipe", profile.c_str(), "about:blank",
         nullptr);
  _exit(127);
}

std::string FromBase64(const std::string& text) {
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t value = kLetters.find(c);
    if (value == std::string::npos) {
      break;
    }
    bits = bits << 6 | static_cast<unsigned>(value);
    if ((count += 6) >= 8) {
      count -= 8;
      bytes += static_cast<char>(bits >> count);
    }
  }
  return bytes;
}

}  // namespace

Browser::Browser(const std::string& scratch) {
  std::array<int, 2> commands{};
  std::array<int, 2> answers{};
  if (pipe2(commands.data(), O_CLOEXEC) != 0 || pipe2(answers.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("browser: no pipe");
  }
  process_ = fork();
  if (process_ == 0) {
    RunChromium(commands[0], answers[1], scratch);
  }
  close(commands[0]);
  close(answers[1]);
  to_ = commands[1];
  from_ = answers[0];
  const Json targets = Call("Target.getTargets");
  for (const Json& target : targets["targetInfos"]) {
    if (target["type"] == "page") {
      session_ = Call("Target.attachToTarget",
                      {{"targetId", target["targetId"]}, {"flatten", true}})["sessionId"];
      break;
    }
  }
  Call("Page.enable");
}

Browser::~Browser() {
  close(to_);
  close(from_);
  kill(-process_, SIGTERM);
  for (int i = 0; i < 100 && waitpid(process_, nullptr, WNOHANG) == 0; ++i) {
    std::this_thread::sleep_for(kPause);
    if (i == 60) {
      kill(-process_, SIGKILL);
    }
  }
}

void Browser::Send(const std::string& message) {
  const std::string whole = message + '\0';
  std::size_t sent = 0;
  while (sent < whole.size()) {
    const ssize_t count = write(to_, whole.data() + sent, whole.size() - sent);
    if (count <= 0) {
      throw std::runtime_error("browser: Chromium is gone (is it installed?)");
    }
    sent += static_cast<std::size_t>(count);
  }
}

std::string Browser::Receive() {
  while (true) {
    if (const std::size_t end = buffer_.find('\0'); end != std::string::npos) {
      std::string message = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return message;
    }
    pollfd ready = {.fd = from_, .events = POLLIN, .revents = 0};
    std::array<char, 65536> piece{};
    if (poll(&ready, 1, kPatienceMs) <= 0) {
      throw std::runtime_error("browser: Chromium does not answer");
    }
    const ssize_t count = read(from_, piece.data(), piece.size());
    if (count <= 0) {
      throw std::runtime_error("browser: Chromium is gone (is it installed?)");
    }
    buffer_.append(piece.data(), static_cast<std::size_t>(count));
  }
}

Json Browser::Call(const std::string& method, Json parameters) {
  const int id = next_id_++;
  Json command = {{"id", id}, {"method", method}};
  if (!parameters.is_null()) {
    command["params"] = std::move(parameters);
  }
  if (!session_.empty()) {
    command["sessionId"] = session_;
  }
  Send(command.dump());
  while (true) {
    const Json answer = Json::parse(Receive());
    if (answer.value("id", 0) == id) {
      if (answer.contains("error")) {
        throw std::runtime_error("browser: " + method + ": " + answer["error"].dump());
      }
      return answer["result"];
    }
  }
}

void Browser::Go(const std::string& url) {
  const Json result = Call("Page.navigate", {{"url", url}});
  if (result.contains("errorText")) {
    throw std::runtime_error("browser: " + url + ": " + result["errorText"].dump());
  }
  if (!WaitFor("document.readyState=='complete'")) {
    throw std::runtime_error("browser: " + url + " does not load to its end");
  }
}

void Browser::Back() {
  const Json history = Call("Page.getNavigationHistory");
  const int current = history["currentIndex"];
  Call("Page.navigateToHistoryEntry",
       {{"entryId", history["entries"][static_cast<std::size_t>(current - 1)]["id"]}});
}

Json Browser::Ask(const std::string& expression) {
  const Json answer =
      Call("Runtime.evaluate", {{"expression", expression}, {"returnByValue", true}});
  return answer.contains("exceptionDetails") ? Json() : answer["result"].value("value", Json());
}

bool Browser::WaitFor(const std::string& expression) {
  for (int waited = 0; waited < kPatienceMs; waited += static_cast<int>(kPause.count())) {
    try {
      if (Ask("!!(" + expression + ")") == true) {
        return true;
      }
    } catch (const std::runtime_error&) {
      // The page is just being exchanged for another.
    }
    std::this_thread::sleep_for(kPause);
  }
  return false;
}

void Browser::Type(const std::string& text) {
  Call("Input.insertText", {{"text", text}});
}

void Browser::Press(const std::string& key, int code, const std::string& text) {
  Json event = {{"type", "keyDown"}, {"key", key}, {"windowsVirtualKeyCode", code}};
  if (!text.empty()) {
    event["text"] = text;
  }
  Call("Input.dispatchKeyEvent", event);
  event["type"] = "keyUp";
  Call("Input.dispatchKeyEvent", event);
}

void Browser::SetScripts(bool on) {
  Call("Emulation.setScriptExecutionDisabled", {{"value", !on}});
}

void Browser::SetDark(bool on) {
  Call("Emulation.setEmulatedMedia",
       {{"features",
         Json::array({{{"name", "prefers-color-scheme"}, {"value", on ? "dark" : "light"}}})}});
}

void Browser::SetPhone(int width, int height) {
  Call("Emulation.setDeviceMetricsOverride",
       {{"width", width}, {"height", height}, {"deviceScaleFactor", 2}, {"mobile", true}});
}

void Browser::Screenshot(const std::string& path) {
  const Json shot = Call("Page.captureScreenshot", {{"captureBeyondViewport", true}});
  std::ofstream(path, std::ios::binary) << FromBase64(shot["data"]);
}

}  // namespace linnet::browser
