# SPDX-License-Identifier: Apache-2.0
# linnet_board_layout(BOARD): the board's partition map becomes `layout/<board>.hpp` and
# `<board>_layout.ld`, and the target linnet_layout_<board> to include and link by.
#
# The generator is built for the machine that builds, whatever the project is built for, and both run
# while CMake configures: linker scripts need the addresses before anything is linked.

include(HostProgram)
set(linnet_layout_folder ${CMAKE_BINARY_DIR}/layout)

function(linnet_board_layout board)
  linnet_host_program(generator linnet_layout_gen tools/layout
    yaml.hpp fields.hpp map.hpp emit.hpp yaml.cpp regions.cpp partitions.cpp map.cpp emit.cpp main.cpp)
  set(regions ${CMAKE_SOURCE_DIR}/boards/${board}/regions.yml)
  set(partitions ${CMAKE_SOURCE_DIR}/boards/${board}/pm_static.yml)
  set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
               ${regions} ${partitions})
  set(out ${linnet_layout_folder}/${board})
  file(MAKE_DIRECTORY ${out}/layout)
  execute_process(
    COMMAND ${generator} ${board} ${regions} ${partitions}
            ${out}/layout/${board}.hpp ${out}/${board}_layout.ld
    RESULT_VARIABLE result ERROR_VARIABLE errors OUTPUT_VARIABLE errors)
  if(result)
    message(FATAL_ERROR "The partition map of board ${board} is wrong:\n${errors}")
  endif()
  add_library(linnet_layout_${board} INTERFACE)
  target_include_directories(linnet_layout_${board} INTERFACE ${out})
  target_link_directories(linnet_layout_${board} INTERFACE ${out})
endfunction()
