# satchel_library(name SOURCES... [PUBLIC libs...] [PRIVATE libs...]): one target per folder.
# satchel_test(name SOURCES... LIBS libs... [LABELS labels...]): a GoogleTest program.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_LINK_LIBRARIES_ONLY_TARGETS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set_property(GLOBAL PROPERTY GLOBAL_DEPENDS_NO_CYCLES ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

add_library(satchel_flags INTERFACE)
target_compile_options(satchel_flags INTERFACE -Wall -Wextra -Wconversion -Wno-sign-conversion)
if(CMAKE_UNITY_BUILD)
  # Several files as one: a local name may hide another file's.
  target_compile_options(satchel_flags INTERFACE -Wno-unused)
else()
  target_compile_options(satchel_flags INTERFACE -Werror -Wshadow)
endif()
# GCC 12 sees an overlap in every "text" + std::string (GCC bug 105651).
target_compile_options(satchel_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
target_include_directories(satchel_flags INTERFACE "${PROJECT_SOURCE_DIR}")
if(SATCHEL_SANITIZE)
  string(REPLACE ";" "," sanitizers "${SATCHEL_SANITIZE}")
  target_compile_options(satchel_flags INTERFACE -fsanitize=${sanitizers} -fno-omit-frame-pointer
                                                 -fno-sanitize-recover=all)
  target_link_options(satchel_flags INTERFACE -fsanitize=${sanitizers})
endif()

function(satchel_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(satchel_${name} STATIC ${ARG_SOURCES})
  add_library(satchel::${name} ALIAS satchel_${name})
  target_link_libraries(satchel_${name} PUBLIC satchel_flags ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
endfunction()

function(satchel_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE satchel_flags ${ARG_LIBS} GTest::gtest_main)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST NO_PRETTY_VALUES
                       PROPERTIES TIMEOUT 900 LABELS "${ARG_LABELS}")
endfunction()
