# SPDX-License-Identifier: Apache-2.0
# linnet_unit_test(TARGET [SWEEP] [ARGS ...] [TIMEOUT SECONDS]): a test program of modules, ports or tools
# as a ctest entry of its name.
#
# With LINNET_EACH_TEST_ONCE it is built and run in one preset only: in host-asan, where it tells more, or in
# host if it is a SWEEP, which sanitizers would make many times longer.
option(LINNET_EACH_TEST_ONCE "Build each unit test in only one of the presets host and host-asan" OFF)

function(linnet_unit_test target)
  cmake_parse_arguments(ARG "SWEEP" "TIMEOUT" "ARGS" ${ARGN})
  set(elsewhere FALSE)
  if((LINNET_SANITIZE AND ARG_SWEEP) OR NOT (LINNET_SANITIZE OR ARG_SWEEP))
    set(elsewhere ${LINNET_EACH_TEST_ONCE})
  endif()
  if(LINNET_FUZZ OR elsewhere)
    set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL TRUE)
    return()
  endif()
  if(LINNET_SANITIZE)
    # What a test itself does is not worth the time that optimizing it with sanitizers takes.
    target_compile_options(${target} PRIVATE -O0)
  endif()
  add_test(NAME ${target} COMMAND ${target} ${ARG_ARGS})
  if(ARG_TIMEOUT)
    set_tests_properties(${target} PROPERTIES TIMEOUT ${ARG_TIMEOUT})
  endif()
endfunction()
