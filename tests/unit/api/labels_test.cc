// Goal: what people read in Arabic has Arabic words, in the forms that the numbers want.

#include "api/labels.h"

#include <gtest/gtest.h>

namespace sijill::api {
namespace {

TEST(Labels, WhatWaitsForNoDepartmentIsNotUnknown) {
    EXPECT_EQ(label("", "en", "department"), "(no department)");
    EXPECT_EQ(label("", "ar", "department"), "(بلا إدارة)");
    EXPECT_EQ(label("", "en", "queue"), "(not known)");
    EXPECT_EQ(label("", "ar"), "(غير معروف)");
}

}  // namespace
}  // namespace sijill::api
