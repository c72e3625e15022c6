# SPDX-License-Identifier: Apache-2.0
# linnet_host_program(OUT NAME FOLDER FILES...): builds a generator while CMake configures, for the
# machine that builds, whatever the project is built for. FILES lie in FOLDER; OUT becomes the program's path.
function(linnet_host_program out name folder)
  cmake_parse_arguments(ARG "" "" "LIBS" ${ARGN})
  find_program(LINNET_HOST_CXX NAMES c++ g++ clang++ NO_CMAKE_FIND_ROOT_PATH
               DOC "C++ compiler for programs that run during the build")
  if(NOT LINNET_HOST_CXX)
    message(FATAL_ERROR "No host C++ compiler (c++, g++ or clang++) for ${name}. "
                        "Install g++, or set LINNET_HOST_CXX.")
  endif()
  set(program ${CMAKE_BINARY_DIR}/generators/${name})
  set(inputs ${ARG_UNPARSED_ARGUMENTS})
  list(TRANSFORM inputs PREPEND ${CMAKE_SOURCE_DIR}/${folder}/)
  set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${inputs})
  set(stale FALSE)
  foreach(input IN LISTS inputs)
    if(${input} IS_NEWER_THAN ${program})
      set(stale TRUE)
    endif()
  endforeach()
  if(stale)
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generators)
    set(sources ${inputs})
    list(FILTER sources INCLUDE REGEX "\\.cpp$")
    list(TRANSFORM ARG_LIBS PREPEND -l)
    execute_process(
      COMMAND ${LINNET_HOST_CXX} -std=c++20 -O1 -I${CMAKE_SOURCE_DIR} ${sources} -o ${program} ${ARG_LIBS}
      RESULT_VARIABLE result ERROR_VARIABLE errors)
    if(result)
      message(FATAL_ERROR "${name} does not build:\n${errors}")
    endif()
  endif()
  set(${out} ${program} PARENT_SCOPE)
endfunction()
