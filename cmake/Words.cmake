# SPDX-License-Identifier: Apache-2.0
# linnet_pack_words(HEADER NAMESPACE FILE): a header with a module's texts, packed, and their names, written when
# CMake configures and again when a file changed.
include(HostProgram)

function(linnet_pack_words header namespace file)
  linnet_host_program(packer linnet_words_gen tools/words pack.hpp pack.cpp read.cpp header.cpp main.cpp)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  get_filename_component(folder ${header} DIRECTORY)
  file(MAKE_DIRECTORY ${folder})
  execute_process(COMMAND ${packer} ${namespace} ${file} ${header}
                  RESULT_VARIABLE result ERROR_VARIABLE errors)
  if(result)
    message(FATAL_ERROR "${errors}")
  endif()
endfunction()
