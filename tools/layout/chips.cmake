# SPDX-License-Identifier: Apache-2.0
# chips.hpp: the files of chips/ and the memories of our own boards, as text in the program.
file(GLOB chip_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/chips/*.yml)
set(chip_entries "")
macro(linnet_add_chip name path)
  file(READ ${path} chip_text)
  string(APPEND chip_entries "    {\"${name}\", R\"chip(${chip_text})chip\"},\n")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
endmacro()
foreach(chip_path IN LISTS chip_files)
  get_filename_component(chip_name ${chip_path} NAME_WE)
  linnet_add_chip(${chip_name} ${chip_path})
endforeach()
linnet_add_chip(an505 ${CMAKE_SOURCE_DIR}/boards/an505/regions.yml)
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/chips.hpp @ONLY CONTENT
"// SPDX-License-Identifier: Apache-2.0
// Generated from tools/layout/chips; change that instead.
#pragma once
namespace linnet::layout {
struct BuiltInChip {
  const char* name;
  const char* text;
};
inline constexpr BuiltInChip kBuiltInChips[] = {
@chip_entries@};
}  // namespace linnet::layout
")
