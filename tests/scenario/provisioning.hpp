// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A board that knows no network opens one of its own; somebody joins it and gives it one, as the
// phone application does. The steps in their order; each throws std::runtime_error when it does not
// end as it should.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "tests/scenario/stage.hpp"

namespace linnet::scenario {

class Provisioning {
 public:
  /// The stage's twin is up, its device a board with a radio. `done` is told of each step.
  Provisioning(Stage& stage, std::function<void(const std::string&)> done)
      : stage_(stage), done_(std::move(done)) {}

  void OpensANetworkOfItsOwn();
  void Lists();
  void RefusesAWrongPassphrase();
  void TakesTheRightOne();
  void KnowsItAfterAPowerCut();
  void OpensItAgainWhenTheButtonIsHeld();

 private:
  void WaitForWords(const std::string& text);
  [[nodiscard]] std::vector<std::string> Provision(const std::vector<std::string>& more) const;

  Stage& stage_;
  std::function<void(const std::string&)> done_;
  std::size_t mark_ = 0;  ///< Where the console stood when the board was last started.
  std::string port_;
};

}  // namespace linnet::scenario
