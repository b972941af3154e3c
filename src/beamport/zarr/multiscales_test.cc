// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/multiscales.h"

#include <boost/json/object.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/zarr/length_unit.h"

namespace beamport::zarr {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::HasSubstr;

Result<Multiscale> parsed(std::string_view text) {
  return parse_multiscale(parse_json(text).value().as_object());
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

const std::string kV05 = R"({"ome":{"version":"0.5","multiscales":[{"name":"bone","axes":[
  {"name":"z","type":"space","unit":"nanometer"},{"name":"y","type":"space","unit":"micrometer"},
  {"name":"x","type":"space","unit":"millimeter"}],
  "datasets":[{"path":"s0","coordinateTransformations":[{"type":"scale","scale":[650,0.65,0.00065]}]},
              {"path":"s1","coordinateTransformations":[{"type":"scale","scale":[1300,1.3,0.0013]},
                                                        {"type":"translation","translation":[325,0.325,0.000325]}]}]}],
  "omero":{"channels":[{"color":"FFFFFF","window":{"min":0,"max":65535,"start":100,"end":2000}}]}}})";

TEST(Multiscale, ReadsVersion05) {
  const Result<Multiscale> image = parsed(kV05);
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->name, "bone");
  EXPECT_EQ(image->axes, 3U);
  EXPECT_EQ(image->spatial_axes, 3U);
  EXPECT_TRUE(image->unit_known);
  ASSERT_EQ(image->levels.size(), 2U);
  EXPECT_EQ(image->levels[1].path, "s1");
  EXPECT_THAT(image->levels[0].scale_um, ElementsAre(DoubleEq(0.65), DoubleEq(0.65), DoubleEq(0.65)));
  EXPECT_THAT(image->levels[1].translation_um, ElementsAre(DoubleEq(0.325), DoubleEq(0.325), DoubleEq(0.325)));
  ASSERT_TRUE(image->window);
  EXPECT_EQ(image->window->start, 100);
  EXPECT_EQ(image->window->max, 65535);
}

TEST(Multiscale, AppliesTheCommonTransformationsLast) {
  const std::string text = replaced(kV05, R"("name":"bone",)",
                                    R"("coordinateTransformations":[{"type":"scale","scale":[2,2,2]},
                                       {"type":"translation","translation":[1000,1,0.001]}],)");
  const Result<Multiscale> image = parsed(text);
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_THAT(image->levels[1].scale_um, ElementsAre(DoubleEq(2.6), DoubleEq(2.6), DoubleEq(2.6)));
  EXPECT_THAT(image->levels[1].translation_um, ElementsAre(DoubleEq(1.65), DoubleEq(1.65), DoubleEq(1.65)));
}

TEST(Multiscale, ReadsVersion04WithChannelsAndTime) {
  const Result<Multiscale> image = parsed(R"({"multiscales":[{"version":"0.4","axes":[
    {"name":"t","type":"time","unit":"second"},{"name":"c","type":"channel"},{"name":"z","type":"space","unit":"um"},
    {"name":"y","type":"space","unit":"um"},{"name":"x","type":"space","unit":"um"}],
    "datasets":[{"path":"0","coordinateTransformations":[{"type":"scale","scale":[10,1,3,2,1]}]}]}],
    "omero":{"channels":[{"window":{"start":1,"end":2}},{"window":{"start":3,"end":4}}]}})");
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->axes, 5U);
  EXPECT_THAT(image->levels[0].scale_um, ElementsAre(3, 2, 1));
  EXPECT_EQ(image->window->min, 1);
  EXPECT_EQ(image->window->max, 2);
}

TEST(Multiscale, ReadsTwoDimensions) {
  const Result<Multiscale> image = parsed(R"({"multiscales":[{"version":"0.4","axes":[{"name":"c","type":"channel"},
    {"name":"y","type":"space","unit":"nanometer"},{"name":"x","type":"space","unit":"nanometer"}],
    "datasets":[{"path":"0","coordinateTransformations":[{"type":"scale","scale":[1,500,250]}]}]}]})");
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->spatial_axes, 2U);
  EXPECT_THAT(image->levels[0].scale_um, ElementsAre(1, 0.5, 0.25));
}

TEST(Multiscale, ReadsVersion06WithCoordinateSystems) {
  const Result<Multiscale> image = parsed(R"({"ome":{"version":"0.6rc0","multiscales":[{
    "coordinateSystems":[
      {"name":"other","axes":[{"name":"a","type":"array"},{"name":"b","type":"array"},{"name":"c","type":"array"}]},
      {"name":"physical","axes":[{"name":"z","type":"space","unit":"micrometer"},
        {"name":"y","type":"space","unit":"micrometer"},{"name":"x","type":"space","unit":"micrometer"}]}],
    "coordinateTransformations":[{"type":"affine","affine":[]}],
    "datasets":[
      {"path":"0","coordinateTransformations":[{"type":"scale","scale":[2,2,2],"input":{"path":"0"},"output":{"name":"physical"}}]},
      {"path":"1","coordinateTransformations":[{"type":"sequence","input":{"path":"1"},"output":{"name":"physical"},
        "transformations":[{"type":"scale","scale":[4,4,4]},{"type":"translation","translation":[1,1,1]}]}]}]}]}})");
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_THAT(image->levels[1].scale_um, ElementsAre(4, 4, 4));
  EXPECT_THAT(image->levels[1].translation_um, ElementsAre(1, 1, 1));
}

TEST(Multiscale, SaysWhenNoUnitIsKnown) {
  EXPECT_FALSE(parsed(replaced(kV05, R"(,"unit":"nanometer")", ""))->unit_known);
  EXPECT_FALSE(parsed(replaced(kV05, "nanometer", "pixel"))->unit_known);
}

TEST(Multiscale, SaysWhenNoScaleIsGiven) {
  const Result<Multiscale> image = parsed(R"({"multiscales":[{"axes":["z","y","x"],"datasets":[{"path":"0"}]}]})");
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_FALSE(image->levels[0].scale_known);
}

TEST(Multiscale, DoesWithoutAWindowThatMakesNoSense) {
  for (const std::string_view text :
       {R"({"start":5,"end":1})", R"({"start":"a","end":1})", R"({"min":0,"max":1})", "[]", "null"}) {
    const std::string document = replaced(kV05, R"({"min":0,"max":65535,"start":100,"end":2000})", text);
    const Result<Multiscale> image = parsed(document);
    ASSERT_TRUE(image) << text;
    EXPECT_FALSE(image->window) << text;
  }
}

TEST(Multiscale, NamesTheFieldThatIsWrong) {
  const std::string start = "attributes.ome.multiscales";
  for (const auto& [from, to, path] :
       std::initializer_list<std::tuple<std::string_view, std::string_view, std::string>>{
           {R"("path":"s1")", R"("path":"../s1")", start + "[0].datasets[1].path"},
           {R"("path":"s1")", R"("path":7)", start + "[0].datasets[1].path"},
           {R"("path":"s1",)", "", start + "[0].datasets[1]"},
           {"[1300,1.3,0.0013]", "[1300,1.3]", start + "[0].datasets[1].coordinateTransformations[0].scale"},
           {"[1300,1.3,0.0013]", R"([1300,"1",3])", start + "[0].datasets[1].coordinateTransformations[0].scale[1]"},
           {"[1300,1.3,0.0013]", "[1300,0,1]", start + "[0].datasets[1]"},
           {"[1300,1.3,0.0013]", "[-1,1,1]", start + "[0].datasets[1]"},
           {R"("type":"translation")", R"("type":"rotation")",
            start + "[0].datasets[1].coordinateTransformations[1].type"},
           {R"("version":"0.5")", R"("version":"0.7")", "attributes.ome.version"},
           {R"("version":"0.5")", R"("version":"0.55")", "attributes.ome.version"},
           {R"("multiscales":[)", R"("multiscales":[],"rest":[)", start},
       }) {
    const Result<Multiscale> image = parsed(replaced(kV05, from, to));
    ASSERT_FALSE(image) << to;
    EXPECT_THAT(image.error().message, HasSubstr(path)) << to;
  }
}

TEST(Multiscale, RefusesAxesInAnotherOrder) {
  for (const std::string_view axes :
       {R"(["x","y","z"])", R"(["z","x","y"])", R"(["z","y","x","c"])", R"(["x"])", R"([])", R"(["t","c"])"}) {
    const Result<Multiscale> image =
        parsed(fmt::format(R"({{"multiscales":[{{"axes":{},"datasets":[{{"path":"0"}}]}}]}})", axes));
    ASSERT_FALSE(image) << axes;
    EXPECT_EQ(image.error().code, ErrorCode::kUnsupported);
    EXPECT_THAT(image.error().message, HasSubstr("axes"));
  }
}

TEST(Multiscale, TellsImagesFromWrappers) {
  EXPECT_TRUE(has_multiscales(parse_json(kV05)->as_object()));
  EXPECT_FALSE(has_multiscales({}));
  EXPECT_TRUE(is_wrapper(parse_json(R"({"bioformats2raw.layout":3})")->as_object()));
  EXPECT_TRUE(is_wrapper(parse_json(R"({"ome":{"version":"0.5","bioformats2raw.layout":3}})")->as_object()));
  EXPECT_FALSE(is_wrapper(parse_json(kV05)->as_object()));
}

TEST(LengthUnit, KnowsTheWordsOfUdunits) {
  EXPECT_EQ(micrometres_in("micrometer"), 1);
  EXPECT_EQ(micrometres_in("nanometer"), 1e-3);
  EXPECT_EQ(micrometres_in("millimeter"), 1e3);
  EXPECT_EQ(micrometres_in("angstrom"), 1e-4);
  EXPECT_EQ(micrometres_in("meter"), 1e6);
  EXPECT_EQ(micrometres_in("second"), std::nullopt);
  EXPECT_EQ(micrometres_in(""), std::nullopt);
}

}  // namespace
}  // namespace beamport::zarr
