# SPDX-License-Identifier: Apache-2.0
# linnet_embed_text(HEADER NAMESPACE kName FILE [kName FILE ...]): a header with each file's text as one
# constant, written when CMake configures and again when a file changed.
function(linnet_embed_text header namespace)
  set(content "// Made by CMake.\n#pragma once\n\n#include <string_view>\n\nnamespace ${namespace} {\n")
  set(pairs ${ARGN})
  while(pairs)
    list(POP_FRONT pairs name file)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} hex HEX)
    string(LENGTH "${hex}" digits)
    math(EXPR size "${digits} / 2")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" text "${hex}")
    # A compiler need not take a longer literal than 64 KiB; neighbours are joined.
    string(REGEX REPLACE "(\\\\x..\\\\x..\\\\x..\\\\x..\\\\x..\\\\x..\\\\x..\\\\x..\\\\x..\\\\x..\\\\x..\\\\x..\\\\x..\\\\x..\\\\x..\\\\x..\\\\x..\\\\x..\\\\x..\\\\x..)"
           "\\1\"\n    \"" text "${text}")
    string(APPEND content "inline constexpr std::string_view ${name}(\n    \"${text}\", ${size});\n")
  endwhile()
  string(APPEND content "}  // namespace ${namespace}\n")
  file(CONFIGURE OUTPUT ${header} CONTENT "${content}" @ONLY)
endfunction()
