# SPDX-License-Identifier: Apache-2.0
# add_module(): a folder of src/ becomes a library, its tests and its fuzz targets.
#
#   add_module(mqtt DEPS base net [LIBS mbedtls] [TEST_LIBS ...] [SWEEP])
#
# By name, in the folder of the caller:
#   *.cpp                 linnet_<module>, the library
#   testing/*.cpp         linnet_<module>_testing: fakes, host only (a header-only testing/ also works)
#   *_test.cpp            <module>_test, a linnet_unit_test(); SWEEP goes to it
#   foo_fuzz.cpp          fuzz_<module>_foo, in the host-fuzz preset
# An edge that LAYERS does not allow stops the configuration, whether it stands in DEPS or in an
# #include.

file(STRINGS ${CMAKE_SOURCE_DIR}/LAYERS linnet_layers_lines REGEX "^(layer|allow|deny) ")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/LAYERS)
foreach(line IN LISTS linnet_layers_lines)
  string(REGEX REPLACE " +" ";" words "${line}")
  list(POP_FRONT words verb subject)
  if(verb STREQUAL "layer")
    foreach(module IN LISTS words)
      set(LINNET_LAYER_${module} ${subject})
    endforeach()
  elseif(verb STREQUAL "allow")
    list(APPEND LINNET_ALLOW_${subject} ${words})
  else()
    list(APPEND LINNET_DENY_${subject} ${words})
  endif()
endforeach()

# Stops unless LAYERS lets `from` include `to`; `where` says what asked.
function(linnet_check_edge from to where)
  if(from STREQUAL to)
    return()
  endif()
  foreach(module ${from} ${to})
    if(NOT DEFINED LINNET_LAYER_${module})
      message(FATAL_ERROR "${where}: module '${module}' is not in LAYERS. Add it to a layer there.")
    endif()
  endforeach()
  if(to IN_LIST LINNET_DENY_${from})
    message(FATAL_ERROR "${where}: '${from}' must not use '${to}' (a deny line in LAYERS).")
  endif()
  if(LINNET_LAYER_${to} LESS LINNET_LAYER_${from} OR to IN_LIST LINNET_ALLOW_${from})
    return()
  endif()
  message(FATAL_ERROR
    "${where}: '${from}' (layer ${LINNET_LAYER_${from}}) must not use '${to}' (layer "
    "${LINNET_LAYER_${to}}): an include may only go down. Move the shared part to a lower layer, or "
    "join the two in images/.")
endfunction()

# linnet_add_fuzzers(NAME LIBS...): each foo_fuzz.cpp in the folder of the caller becomes
# fuzz_<name>_foo in the preset host-fuzz; for modules and for tools.
function(linnet_add_fuzzers name)
  if(NOT LINNET_FUZZ)
    return()
  endif()
  file(GLOB fuzzers CONFIGURE_DEPENDS *_fuzz.cpp)
  foreach(fuzzer IN LISTS fuzzers)
    get_filename_component(stem ${fuzzer} NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" stem ${stem})
    add_executable(fuzz_${name}_${stem} ${fuzzer})
    target_link_libraries(fuzz_${name}_${stem} PRIVATE ${ARGN} linnet_host_support)
    # Nothing in the target itself may ask for AssertFailed before the libraries do.
    target_link_options(fuzz_${name}_${stem} PRIVATE -fsanitize=fuzzer
                        -Wl,-u,_ZN6linnet12AssertFailedEPKci)
  endforeach()
endfunction()

function(add_module name)
  cmake_parse_arguments(ARG "SWEEP" "" "DEPS;LIBS;TEST_LIBS" ${ARGN})
  foreach(dep IN LISTS ARG_DEPS)
    linnet_check_edge(${name} ${dep} "src/${name}/CMakeLists.txt")
  endforeach()
  set_property(GLOBAL APPEND PROPERTY LINNET_MODULES ${name})

  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz)\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(TRANSFORM ARG_DEPS PREPEND linnet_ OUTPUT_VARIABLE dep_targets)

  # Device code is built without exceptions and RTTI everywhere; host programs that link it are not.
  if(sources)
    add_library(linnet_${name} STATIC ${sources})
    target_link_libraries(linnet_${name} PRIVATE linnet_device_options)
    set(kind PUBLIC)
  else()
    add_library(linnet_${name} INTERFACE)
    set(kind INTERFACE)
  endif()
  target_link_libraries(linnet_${name} ${kind} linnet_options ${dep_targets} ${ARG_LIBS})

  if(NOT LINNET_PORT STREQUAL "linux")
    return()
  endif()

  file(GLOB fakes CONFIGURE_DEPENDS testing/*.cpp)
  if(fakes)
    add_library(linnet_${name}_testing STATIC ${fakes})
    target_link_libraries(linnet_${name}_testing PUBLIC linnet_${name} GTest::gmock
                          PRIVATE linnet_device_options)
  elseif(IS_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/testing)
    add_library(linnet_${name}_testing INTERFACE)
    target_link_libraries(linnet_${name}_testing INTERFACE linnet_${name} GTest::gmock)
  endif()

  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE
      linnet_${name} $<TARGET_NAME_IF_EXISTS:linnet_${name}_testing> ${ARG_TEST_LIBS}
      linnet_device_options linnet_host_support GTest::gmock_main)
    if(ARG_SWEEP)
      linnet_unit_test(${name}_test SWEEP)
    else()
      linnet_unit_test(${name}_test)
    endif()
  endif()

  linnet_add_fuzzers(${name} linnet_${name} linnet_device_options)
endfunction()

# Checks every #include of every module against LAYERS. Tests and fakes may include more: the
# testing/ folder of a module that they may use, ports/sim, and what their own module may.
function(linnet_check_includes)
  get_property(modules GLOBAL PROPERTY LINNET_MODULES)
  foreach(module IN LISTS modules)
    file(GLOB files ${CMAKE_SOURCE_DIR}/src/${module}/*.cpp ${CMAKE_SOURCE_DIR}/src/${module}/*.hpp)
    list(FILTER files EXCLUDE REGEX "_(test|fuzz)\\.cpp$")
    foreach(file IN LISTS files)
      file(STRINGS ${file} includes REGEX "^#include \"[a-z0-9_]+/")
      foreach(include IN LISTS includes)
        string(REGEX REPLACE "^#include \"([a-z0-9_]+)/.*" "\\1" target "${include}")
        file(RELATIVE_PATH where ${CMAKE_SOURCE_DIR} ${file})
        linnet_check_edge(${module} ${target} "${where}")
      endforeach()
    endforeach()
  endforeach()
endfunction()
