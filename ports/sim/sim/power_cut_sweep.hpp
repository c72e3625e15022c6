// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Cuts power at every flash operation of a scenario, in every mode, and checks what is left.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/nor_flash.hpp"
#include "sim/power.hpp"

namespace linnet::sim {

/// The functions must not leave objects of the device's software alive between them: a cut
/// discards these like a reset does. All may use gtest assertions; failures carry the case's id.
struct SweepScenario {
  /// Unique, with the geometry in it: "install/geo2".
  std::string name;
  /// Brings the flashes (erased before) to the state in which `run` starts. Never cut.
  std::function<void()> setup;
  /// The protocol under test. Returns when it is done, or when the flash refuses to go on.
  std::function<void()> run;
  /// What the device does by itself after power comes back; may be cut again. Optional.
  std::function<void()> recover;
  /// Called where `recover` is about to start again from what the first cut left: what a check
  /// remembers of another timeline is void. Optional.
  std::function<void()> forget;
  /// After power is back and `recover` ran to its end: judges the flashes. Never cut.
  std::function<void()> check;
};

struct SweepOptions {
  /// Torn variants for each torn mode and operation.
  std::uint32_t seeds = 1;
  /// Also leave what was torn unreadable, as flashes with an error-correcting code do.
  bool unreadable = false;
  /// Cut every `stride`-th operation; 1 is every one.
  std::uint32_t stride = 1;
  /// After each first cut, cut `recover` too, at every `second_stride`-th operation; 0: never.
  std::uint32_t second_stride = 0;
  /// Beside those, that many cases of three cuts at random: one in `run`, two in `recover`.
  std::uint32_t random_triples = 0;
  /// Sweeps stop after this many failed cases.
  std::uint32_t max_failures = 5;
};

/// True when the environment asks for the long form of sweeps: LINNET_FULL=1.
[[nodiscard]] bool FullSweeps();

struct SweepResult {
  std::uint64_t operations = 0;  ///< Of `run` without a cut.
  std::uint64_t erases = 0;      ///< Of `run` without a cut, in all flashes.
  std::uint64_t cases = 0;
  /// Most operations and bytes programmed that one case took, from its start to the last `recover`.
  std::uint64_t most_operations = 0;
  std::uint64_t most_bytes = 0;
  /// Most erases of one page in one case.
  std::uint32_t most_page_erases = 0;
};

/// One line for people: the scenario, its cases, and what the costliest of them took.
void PrintSweep(const char* what, const SweepScenario& scenario, const SweepResult& result);

/// Runs `scenario` without a cut first, then once for each case. `flashes` share `power`.
/// Case ids read "install/geo2/op17/bits3", "install/geo2/op17/bits3/op4/prefix0" with a second
/// cut, and "install/geo2/triple17" for three. With LINNET_CASE=<id> in the environment only that
/// case runs.
SweepResult RunPowerCutSweep(Power& power, const std::vector<NorFlash*>& flashes,
                             const SweepScenario& scenario, const SweepOptions& options = {});

}  // namespace linnet::sim
