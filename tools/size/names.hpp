// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Symbol names as people read them.
#pragma once

#include <string>
#include <string_view>

namespace linnet::size {

/// "foo::Bar(int)" for a mangled name; the name itself for any other.
std::string Demangle(std::string_view name);
/// All instances of one template, and all clones of one function, get one name: "Get<>" for
/// "int Get<int>(int) [clone .isra.0]".
std::string Fold(const std::string& demangled);
/// "linnet::boot::Boot" for "vtable for linnet::boot::Boot" and for "linnet::boot::Boot::Run()".
std::string ScopeOf(const std::string& demangled);

}  // namespace linnet::size
