// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The page that anybody's browser shows: choose a network, give its passphrase, see what came of
// it.
#pragma once

#include <cstdint>
#include <string_view>

#include "provision/networks.hpp"
#include "provision/text.hpp"

namespace linnet::provision {

/// Why the last form was not taken.
enum class FormError : std::uint8_t { kNone, kNoNetwork, kBadPassphrase, kTooOften };

struct PageContent {
  std::string_view product;  ///< "lamp"
  std::string_view version;  ///< "1.0.0"
  std::string_view network;  ///< The device's own, for who has to come back to it.
  const Networks& networks;
  FormError error = FormError::kNone;
  bool show_passphrase = false;  ///< For a browser without JavaScript that was asked to.
};

/// What is to be seen now: the form, the trial that goes on, or that it has worked.
void WritePage(const PageContent& content, Text& out);
/// Before the browser warns of the certificate: why it will, and the way on to `port`. The same for
/// whatever was asked for, which tells a phone that there is something to be done.
void WriteWelcome(const PageContent& content, std::uint16_t port, Text& out);
/// For a second one.
void WriteBusy(const PageContent& content, Text& out);

}  // namespace linnet::provision
