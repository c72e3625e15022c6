// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "base/status.hpp"

#include <array>
#include <cstddef>

namespace linnet {

std::string_view ToString(Code code) {
  static constexpr std::array<std::string_view, 20> kNames = {"Ok",
                                                              "Pending",
                                                              "InvalidArgument",
                                                              "OutOfRange",
                                                              "NotFound",
                                                              "AlreadyExists",
                                                              "ResourceExhausted",
                                                              "TooLarge",
                                                              "FailedPrecondition",
                                                              "PermissionDenied",
                                                              "Unauthenticated",
                                                              "Malformed",
                                                              "Unsupported",
                                                              "Mismatch",
                                                              "DataLoss",
                                                              "Unavailable",
                                                              "Closed",
                                                              "DeadlineExceeded",
                                                              "Cancelled",
                                                              "Internal"};
  static_assert(kNames.size() == static_cast<std::size_t>(Code::kInternal) + 1);
  const auto index = static_cast<std::size_t>(code);
  return index < kNames.size() ? kNames[index] : "Unknown";
}

}  // namespace linnet
