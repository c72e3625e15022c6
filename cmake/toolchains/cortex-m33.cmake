# SPDX-License-Identifier: Apache-2.0
# Debian's arm-none-eabi GCC with picolibc, for a Cortex-M33 without FPU use.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(CMAKE_ASM_COMPILER arm-none-eabi-gcc)
set(CMAKE_OBJCOPY arm-none-eabi-objcopy)
# Objects carry both machine code and what link-time optimisation needs; each image chooses. Archives
# of such objects need GCC's own ar.
set(CMAKE_AR arm-none-eabi-gcc-ar)
set(CMAKE_RANLIB arm-none-eabi-gcc-ranlib)

set(linnet_cpu "-mcpu=cortex-m33 -mthumb -mfloat-abi=soft -flto -ffat-lto-objects")
set(CMAKE_C_FLAGS_INIT "${linnet_cpu} --specs=picolibc.specs")
set(CMAKE_CXX_FLAGS_INIT "${linnet_cpu} --specs=picolibcpp.specs")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-nostartfiles -Wl,--gc-sections")
set(CMAKE_C_FLAGS_MINSIZEREL "-Os -g -DNDEBUG")
set(CMAKE_CXX_FLAGS_MINSIZEREL "-Os -g -DNDEBUG")
