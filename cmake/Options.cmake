# SPDX-License-Identifier: Apache-2.0
# Warnings and language rules for our own code; third_party is built without them.

add_library(linnet_options INTERFACE)
target_include_directories(linnet_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(linnet_options INTERFACE
  -Wall -Wextra -Werror -Wshadow -Wconversion -Wno-sign-conversion -Wno-psabi
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast>
  -ffunction-sections -fdata-sections
  # Paths in the binary are relative to the tree: builds in different places are equal.
  -fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)

# Code that also runs on the device: no exceptions, no RTTI, wherever it is built.
add_library(linnet_device_options INTERFACE)
target_link_libraries(linnet_device_options INTERFACE linnet_options)
target_compile_options(linnet_device_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti -fno-threadsafe-statics>)

# Objects with RTTI (host programs) and without (device code) meet, so `vptr` cannot be checked.
if(LINNET_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined -fno-sanitize=vptr)
endif()
if(LINNET_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize=vptr
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined -fno-sanitize=vptr)
endif()
