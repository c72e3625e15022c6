# SPDX-License-Identifier: Apache-2.0
# linnet_board_layout(BOARD): the board's partition map becomes `layout/<board>.hpp` and
# `<board>_layout.ld`, and the target linnet_layout_<board> to include and link by.
#
# The generator is built for the machine that builds, whatever the project is built for, and both run
# while CMake configures: linker scripts need the addresses before anything is linked.

set(linnet_layout_folder ${CMAKE_BINARY_DIR}/layout)

function(linnet_build_layout_generator)
  find_program(LINNET_HOST_CXX NAMES c++ g++ clang++ NO_CMAKE_FIND_ROOT_PATH
               DOC "C++ compiler for programs that run during the build")
  if(NOT LINNET_HOST_CXX)
    message(FATAL_ERROR "No host C++ compiler (c++, g++ or clang++) for the layout generator. "
                        "Install g++, or set LINNET_HOST_CXX.")
  endif()
  set(generator ${linnet_layout_folder}/linnet_layout_gen)
  set(sources yaml.cpp regions.cpp partitions.cpp map.cpp emit.cpp main.cpp)
  set(inputs yaml.hpp fields.hpp map.hpp emit.hpp ${sources})
  list(TRANSFORM sources PREPEND ${CMAKE_SOURCE_DIR}/tools/layout/)
  list(TRANSFORM inputs PREPEND ${CMAKE_SOURCE_DIR}/tools/layout/)
  set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${inputs})
  set(stale FALSE)
  foreach(input IN LISTS inputs)
    if(${input} IS_NEWER_THAN ${generator})
      set(stale TRUE)
    endif()
  endforeach()
  if(stale)
    file(MAKE_DIRECTORY ${linnet_layout_folder})
    execute_process(
      COMMAND ${LINNET_HOST_CXX} -std=c++20 -O1 -I${CMAKE_SOURCE_DIR} ${sources} -o ${generator}
      RESULT_VARIABLE result ERROR_VARIABLE errors)
    if(result)
      message(FATAL_ERROR "The layout generator does not build:\n${errors}")
    endif()
  endif()
endfunction()

function(linnet_board_layout board)
  linnet_build_layout_generator()
  set(regions ${CMAKE_SOURCE_DIR}/boards/${board}/regions.yml)
  set(partitions ${CMAKE_SOURCE_DIR}/boards/${board}/pm_static.yml)
  set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
               ${regions} ${partitions})
  set(out ${linnet_layout_folder}/${board})
  file(MAKE_DIRECTORY ${out}/layout)
  execute_process(
    COMMAND ${linnet_layout_folder}/linnet_layout_gen ${board} ${regions} ${partitions}
            ${out}/layout/${board}.hpp ${out}/${board}_layout.ld
    RESULT_VARIABLE result ERROR_VARIABLE errors OUTPUT_VARIABLE errors)
  if(result)
    message(FATAL_ERROR "The partition map of board ${board} is wrong:\n${errors}")
  endif()
  add_library(linnet_layout_${board} INTERFACE)
  target_include_directories(linnet_layout_${board} INTERFACE ${out})
  target_link_directories(linnet_layout_${board} INTERFACE ${out})
endfunction()
