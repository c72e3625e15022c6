# SPDX-License-Identifier: Apache-2.0
# Compiles the public halves of the release keys into boot: release_keys.hpp from PEM files.

set(LINNET_RELEASE_KEY ${CMAKE_SOURCE_DIR}/tests/keys/TEST-ONLY-release.pub.pem CACHE STRING
    "PEM files with the P-256 public keys whose images boot accepts")

# The 64 bytes of the point in `file`, as hexadecimal digits.
function(linnet_read_public_key file out)
  # SubjectPublicKeyInfo of an uncompressed point of P-256, up to the point (RFC 5480).
  set(prefix 3059301306072a8648ce3d020106082a8648ce3d03010703420004)
  set(der ${CMAKE_CURRENT_BINARY_DIR}/release_key.der)
  execute_process(COMMAND openssl pkey -pubin -in ${file} -pubout -outform DER -out ${der}
                  RESULT_VARIABLE result ERROR_VARIABLE errors OUTPUT_QUIET)
  if(result)
    message(FATAL_ERROR "LINNET_RELEASE_KEY: ${file} is not a PEM file with a public key. Make one "
                        "from your release key with: openssl pkey -in KEY.pem -pubout. ${errors}")
  endif()
  file(READ ${der} digits HEX)
  if(NOT digits MATCHES "^${prefix}([0-9a-f]+)$")
    message(FATAL_ERROR "LINNET_RELEASE_KEY: ${file} is not a key of the curve P-256.")
  endif()
  set(${out} ${CMAKE_MATCH_1} PARENT_SCOPE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
endfunction()

function(linnet_write_release_keys header)
  file(GLOB test_files ${CMAKE_SOURCE_DIR}/tests/keys/*.pub.pem)
  foreach(file IN LISTS test_files)
    linnet_read_public_key(${file} point)
    list(APPEND test_points ${point})
  endforeach()
  set(keys "")
  set(test_key false)
  foreach(file IN LISTS LINNET_RELEASE_KEY)
    linnet_read_public_key(${file} point)
    if(point IN_LIST test_points)
      set(test_key true)
    endif()
    string(REGEX REPLACE "(..)" "std::byte{0x\\1}, " bytes ${point})
    string(APPEND keys "    crypto::P256PublicKey{${bytes}},\n")
  endforeach()
  list(LENGTH LINNET_RELEASE_KEY count)
  file(CONFIGURE OUTPUT ${header} @ONLY CONTENT [[
// SPDX-License-Identifier: Apache-2.0
// Generated from the PEM files of LINNET_RELEASE_KEY.
#pragma once

#include <array>

#include "crypto/ecdsa.hpp"

namespace linnet {

inline constexpr std::array<crypto::P256PublicKey, @count@> kReleaseKeys{
@keys@};

/// One of them is a test key, whose private half everybody has.
inline constexpr bool kHasTestKey = @test_key@;

}  // namespace linnet
]])
endfunction()
