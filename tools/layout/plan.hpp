// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The layout with the most room for the application, with a reason for each choice.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tools/layout/check.hpp"
#include "tools/layout/map.hpp"

namespace linnet::layout {

struct PlanRequest {
  Map present{};
  /// Bytes that images take, by partition name. What is not named keeps its present size. With
  /// `external_patch`, that of "nrf70_wifi_fw" comes off the application's, whose image holds it
  /// today.
  std::map<std::string, std::uint64_t> images{};
  std::uint32_t reserve_percent = 0;  ///< Growth of every named image but the application.
  std::vector<std::string> keep{};    ///< Partitions that stay where they are.
  bool external_patch = false;        ///< Give the Wi-Fi firmware slots in external flash.
  SwapMode mode = SwapMode::kMove;
};

/// What one part takes, and what another byte of it would cost the application.
struct PlanCost {
  std::string name{};
  std::uint64_t need = 0;
  std::uint64_t given = 0;
  std::uint64_t next_cost = 0;  ///< Bytes that the application loses when `need` exceeds `given`.
  std::uint64_t less = 0;       ///< So many bytes less of `need` ...
  std::uint64_t gain = 0;       ///< ... would give the application so many more. 0: none would.
};

struct Plan {
  Map map{};
  std::uint64_t app_before = 0;
  std::uint64_t app_after = 0;
  std::uint64_t app_need = 0;  ///< 0: not said.
  std::vector<PlanCost> costs{};
  std::vector<std::string> reasons{};
};

/// How the result is known to be the best one, for people.
extern const char* const kPlanProof;

/// Throws Error when the map has no application to plan for, when something that must stay is not
/// there, or when the images do not fit. Never returns a map in which Check() finds an error.
Plan MakePlan(const PlanRequest& request);

}  // namespace linnet::layout
