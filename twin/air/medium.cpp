// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air/medium.hpp"

#include "twin/air/eapol.hpp"

namespace linnet::air {

std::vector<Akm> AkmsOf(hal::WifiSecurity security) {
  switch (security) {
    case hal::WifiSecurity::kOpen:
      return {Akm::kOpen};
    case hal::WifiSecurity::kWpa2Psk:
      return {Akm::kPsk};
    case hal::WifiSecurity::kWpa2Wpa3:
      return {Akm::kPsk, Akm::kSae};
    case hal::WifiSecurity::kWpa3Sae:
      return {Akm::kSae};
  }
  return {};
}

Blob RsnOf(hal::WifiSecurity security) {
  return security == hal::WifiSecurity::kOpen ? Blob() : RsnElement(AkmsOf(security));
}

}  // namespace linnet::air
