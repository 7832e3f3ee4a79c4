# Libraries that only some commands call, or that have no static form in Debian: they are loaded on demand
# (base/shared_library.h) instead of linked, since each costs time at every start of the program (ARCHITECTURE.md, "Where the
# time goes").

# Makes the target `name`::loaded: the headers of the imported `target`, and SATCHEL_<NAME>_SONAME, the name by which the
# dynamic linker finds the installed library.
function(satchel_load_when_needed name target)
  get_target_property(configurations ${target} IMPORTED_CONFIGURATIONS)
  set(library "")
  foreach(suffix IN LISTS configurations ITEMS "")
    string(REGEX REPLACE "^(.+)$" "_\\1" suffix "${suffix}")
    get_target_property(location ${target} IMPORTED_LOCATION${suffix})
    if(location)
      set(library "${location}")
    endif()
  endforeach()
  execute_process(COMMAND "${CMAKE_OBJDUMP}" -p "${library}" OUTPUT_VARIABLE headers ERROR_QUIET)
  if(NOT headers MATCHES "SONAME +([^ \n]+)")
    message(FATAL_ERROR "${name}: no shared library with a soname ('${library}')")
  endif()
  set(soname "${CMAKE_MATCH_1}")
  string(TOUPPER "SATCHEL_${name}_SONAME" variable)
  add_library(${name}_loaded INTERFACE)
  add_library(${name}::loaded ALIAS ${name}_loaded)
  target_compile_definitions(${name}_loaded INTERFACE ${variable}="${soname}"
    $<TARGET_PROPERTY:${target},INTERFACE_COMPILE_DEFINITIONS>)
  target_include_directories(${name}_loaded SYSTEM INTERFACE
    $<TARGET_PROPERTY:${target},INTERFACE_INCLUDE_DIRECTORIES>)
endfunction()

satchel_load_when_needed(libarchive LibArchive::LibArchive)
