# satchel_library(name SOURCES... [PUBLIC libs...] [PRIVATE libs...]): one target per folder.
# satchel_module(name SOURCES... LIBS libs... FOR targets...): a part of satchel that is loaded on demand (base/module.h), from a
#   directory with the same path relative to the program in the build tree and in the installation; its objects are
#   satchel_<name>_module, and the targets are built with it beside them.
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

include(GNUInstallDirs)
file(RELATIVE_PATH modules_from_program "${CMAKE_INSTALL_FULL_BINDIR}" "${CMAKE_INSTALL_FULL_LIBDIR}/satchel")

add_library(satchel_flags INTERFACE)
target_compile_options(satchel_flags INTERFACE -Wall -Wextra -Wconversion -Wno-sign-conversion)
if(CMAKE_UNITY_BUILD)
  # Several files are compiled as one: a local name may hide another file's.
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

function(satchel_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS;FOR" ${ARGN})
  add_library(satchel_${name}_module OBJECT ${ARG_SOURCES})
  target_link_libraries(satchel_${name}_module PUBLIC satchel_flags ${ARG_LIBS})
  set_target_properties(satchel_${name}_module PROPERTIES
    POSITION_INDEPENDENT_CODE ON
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON)
  add_library(satchel_${name} MODULE)
  target_link_libraries(satchel_${name} PRIVATE satchel_${name}_module)
  set_target_properties(satchel_${name} PROPERTIES
    PREFIX ""
    OUTPUT_NAME ${name}
    LINKER_LANGUAGE CXX
    LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin/${modules_from_program}")
  foreach(target IN LISTS ARG_FOR)
    add_dependencies(${target} satchel_${name})
  endforeach()
  install(TARGETS satchel_${name} LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/satchel")
endfunction()

function(satchel_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE satchel_flags ${ARG_LIBS} GTest::gtest_main)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST NO_PRETTY_VALUES
                       PROPERTIES TIMEOUT 900 LABELS "${ARG_LABELS}")
endfunction()
