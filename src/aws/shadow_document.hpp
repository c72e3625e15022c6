// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The documents of the classic shadow that a device sends.
#pragma once

#include <cstddef>

#include "aws/settings.hpp"
#include "base/result.hpp"
#include "base/view.hpp"

namespace linnet::aws {

/// What the shadow knows of one setting.
struct ShadowSlot {
  SettingValue staged;        ///< From the message being read.
  std::uint64_t settled = 0;  ///< Of the desired value that was last applied or refused.
  bool has_staged = false;
  bool has_settled = false;
  bool to_report = false;
  bool reporting = false;   ///< Part of the update in flight.
  bool with_error = false;  ///< Its report also writes `errors.NAME`.
  StringView reason;        ///< Why the settled value was refused; empty: it was not.
};

/// `{"state":{"reported":{GROUPS,"errors":{GROUPS,"unknown":PATH}}},"clientToken":TOKEN}`, with the
/// settings whose slot is `reporting`; of orders that were carried out, `"desired":{GROUPS}` with
/// null. An empty reason is written as null, which clears what stands there. `unknown` is a desired
/// path that is no setting: written when `with_unknown`, as null when empty. kTooLarge: it does not
/// fit `out`.
Result<StringView> WriteReport(const Settings& settings, Span<const ShadowSlot> slots,
                               bool with_unknown, StringView unknown, StringView token,
                               Span<char> out);

/// `{"clientToken":TOKEN}`.
Result<StringView> WriteGet(StringView token, Span<char> out);

}  // namespace linnet::aws
