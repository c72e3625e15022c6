// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// One page with everything in it: a treemap to click through, search, and the difference to another
// image.
#pragma once

#include <string>

#include "tools/size/report.hpp"

namespace linnet::size {

/// The page's text. `base` may be nullptr: then there is no difference view.
std::string ToHtml(const Analysis& analysis, const Analysis* base);

}  // namespace linnet::size
