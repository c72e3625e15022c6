// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The page that anybody's browser shows: choose a network, give its passphrase, see what came of
// it. Its texts are in words.txt.
#pragma once

#include "provision/networks.hpp"
#include "provision/words.hpp"

namespace linnet::provision {

struct PageContent {
  const Networks& networks;
  Piece error = Piece::kNone;    ///< Why the last form was not taken.
  bool show_passphrase = false;  ///< For a browser without JavaScript that was asked to.
};

/// What is to be seen now: the form, the trial that goes on, or that it has worked. The product,
/// its version and the device's own network are in their slots.
void WritePage(const PageContent& content, Writer& out);
/// The page of that title, whose content lies behind it.
void WritePlainPage(Piece title, Writer& out);

}  // namespace linnet::provision
