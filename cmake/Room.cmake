# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
#
# A room is a folder of src/ that builds one static library, wyvern_<room>. The rooms that it
# may use are named here and nowhere else; tools/check_doors.py reads the includes against it.

# -Wno-restrict: g++ 12 sees overlaps in std::string that are none (GCC bug 105651).
# Fused multiply-add would change the last bit of a result with the machine: keep it off.
add_library(wyvern_flags INTERFACE)
target_compile_options(wyvern_flags INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wno-missing-field-initializers
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  -ffp-contract=off -fno-math-errno
  $<$<CONFIG:Release>:-O3>)
target_include_directories(wyvern_flags INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/include)
if(WYVERN_SANITIZE)
  set(WYVERN_UNDEFINED OFF)
  if(WYVERN_SANITIZE MATCHES undefined)
    set(WYVERN_UNDEFINED ON)
  endif()
  # Undefined behaviour ends the program: a line on the screen would pass as a test.
  target_compile_options(wyvern_flags INTERFACE -fsanitize=${WYVERN_SANITIZE} -fno-omit-frame-pointer
    $<$<BOOL:${WYVERN_UNDEFINED}>:-fno-sanitize-recover=undefined>)
  target_link_options(wyvern_flags INTERFACE -fsanitize=${WYVERN_SANITIZE})
endif()

# wyvern_room(NAME USES room... LIBRARIES target...)
function(wyvern_room name)
  cmake_parse_arguments(ROOM "" "" "USES;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  list(TRANSFORM ROOM_USES PREPEND wyvern_)
  if(sources)
    add_library(wyvern_${name} STATIC ${sources})
    target_link_libraries(wyvern_${name} PUBLIC wyvern_flags ${ROOM_USES} PRIVATE ${ROOM_LIBRARIES})
  else()
    add_library(wyvern_${name} INTERFACE)
    target_link_libraries(wyvern_${name} INTERFACE wyvern_flags ${ROOM_USES} ${ROOM_LIBRARIES})
  endif()
endfunction()

# wyvern_instruction_set(ROOM NAME option...): the files of the room's folder vector/ once more, in
# the namespace NAME and with the options of the compiler for that instruction set.
function(wyvern_instruction_set room name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${room}/vector/*.cpp)
  add_library(wyvern_${room}_${name} OBJECT ${sources})
  target_link_libraries(wyvern_${room}_${name} PRIVATE wyvern_flags)
  target_compile_definitions(wyvern_${room}_${name} PRIVATE WYVERN_TARGET=${name})
  target_compile_options(wyvern_${room}_${name} PRIVATE ${ARGN})
  target_sources(wyvern_${room} PRIVATE $<TARGET_OBJECTS:wyvern_${room}_${name}>)
endfunction()

# wyvern_tests(ROOM): every tests/<room>/*_test.cpp becomes a case of one GoogleTest program.
function(wyvern_tests room)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${room}/*.cpp)
  if(sources)
    add_executable(${room}_tests ${sources})
    target_include_directories(${room}_tests PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    target_link_libraries(${room}_tests PRIVATE wyvern_${room} wyvern_test_support GTest::gtest GTest::gtest_main
      ${ARGN})
    add_test(NAME ${room} COMMAND ${room}_tests --gtest_brief=1)
    set_tests_properties(${room} PROPERTIES LABELS unit)
  endif()
endfunction()
