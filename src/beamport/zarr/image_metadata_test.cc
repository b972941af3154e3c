// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/image_metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/zarr/array_metadata.h"

namespace beamport::zarr {
namespace {

TEST(ArrayDocument, IsExactlyTheProfile) {
  const Extent extent{2160, 2560, 2560};
  const Profile profile = make_profile(ProfileName::kLive, DataType::kFloat32, extent);
  EXPECT_EQ(write_json_pretty(array_document(extent, DataType::kFloat32, profile)), R"({
  "zarr_format": 3,
  "node_type": "array",
  "shape": [2160, 2560, 2560],
  "data_type": "float32",
  "chunk_grid": {
    "name": "regular",
    "configuration": {
      "chunk_shape": [64, 1024, 1024]
    }
  },
  "chunk_key_encoding": {
    "name": "default",
    "configuration": {
      "separator": "/"
    }
  },
  "fill_value": 0.0,
  "codecs": [
    {
      "name": "sharding_indexed",
      "configuration": {
        "chunk_shape": [64, 64, 64],
        "codecs": [
          {
            "name": "bytes",
            "configuration": {
              "endian": "little"
            }
          },
          {
            "name": "blosc",
            "configuration": {
              "cname": "lz4",
              "clevel": 1,
              "shuffle": "bitshuffle",
              "typesize": 4,
              "blocksize": 0
            }
          },
          {
            "name": "crc32c"
          }
        ],
        "index_codecs": [
          {
            "name": "bytes",
            "configuration": {
              "endian": "little"
            }
          },
          {
            "name": "crc32c"
          }
        ],
        "index_location": "end"
      }
    }
  ],
  "attributes": {},
  "dimension_names": ["z", "y", "x"]
}
)");
}

TEST(ArrayDocument, OfIntegersHasAnIntegerFillValue) {
  const Profile profile = make_profile(ProfileName::kLive, DataType::kUint16, {10, 10, 10});
  const Json document = array_document({10, 10, 10}, DataType::kUint16, profile);
  EXPECT_EQ(write_json(document.at("fill_value")), "0");
}

TEST(ArrayDocument, IsReadBackAsItWasMeant) {
  for (const ProfileName name : {ProfileName::kLive, ProfileName::kSmall, ProfileName::kRaw}) {
    for (const DataType type : {DataType::kUint8, DataType::kInt16, DataType::kUint32, DataType::kFloat32}) {
      const Extent extent{129, 257, 65};
      const Profile profile = make_profile(name, type, extent);
      const Result<ArrayMetadata> array = parse_array_v3(array_document(extent, type, profile));
      ASSERT_TRUE(array) << array.error().message;
      EXPECT_EQ(array->shape, (std::vector<std::int64_t>{129, 257, 65}));
      EXPECT_EQ(array->type, type);
      EXPECT_EQ(array->chunk, (std::vector<std::int64_t>{profile.shard.z, profile.shard.y, profile.shard.x}));
      ASSERT_TRUE(array->sharding);
      EXPECT_TRUE(array->sharding->index_at_end);
      EXPECT_EQ(array->dimension_names[2], "x");
    }
  }
}

ImageMetadata sample_image() {
  ImageMetadata image;
  image.name = "bone";
  image.levels = {{100, 200, 90}, {50, 100, 45}};
  image.voxel_size_um = {0.65, 0.65, 0.5};
  image.window = DisplayWindow{-1.5, 9, 0, 2.25};
  image.beamport["profile"] = "live";
  return image;
}

TEST(GroupDocument, IsExactlyTheProfile) {
  EXPECT_EQ(write_json_pretty(group_document(sample_image())), R"({
  "zarr_format": 3,
  "node_type": "group",
  "attributes": {
    "ome": {
      "version": "0.5",
      "multiscales": [
        {
          "name": "bone",
          "axes": [
            {
              "name": "z",
              "type": "space",
              "unit": "micrometer"
            },
            {
              "name": "y",
              "type": "space",
              "unit": "micrometer"
            },
            {
              "name": "x",
              "type": "space",
              "unit": "micrometer"
            }
          ],
          "datasets": [
            {
              "path": "0",
              "coordinateTransformations": [
                {
                  "type": "scale",
                  "scale": [0.65, 0.65, 0.5]
                },
                {
                  "type": "translation",
                  "translation": [0.0, 0.0, 0.0]
                }
              ]
            },
            {
              "path": "1",
              "coordinateTransformations": [
                {
                  "type": "scale",
                  "scale": [1.3, 1.3, 1.0]
                },
                {
                  "type": "translation",
                  "translation": [0.325, 0.325, 0.25]
                }
              ]
            }
          ],
          "type": "mean",
          "metadata": {
            "kernel": "mean of 2×2×2 in-bounds voxels",
            "rounding": "integers round half to even",
            "nan": "ignored unless all are NaN"
          }
        }
      ],
      "omero": {
        "channels": [
          {
            "active": true,
            "color": "FFFFFF",
            "label": "bone",
            "window": {
              "min": -1.5,
              "max": 9.0,
              "start": 0.0,
              "end": 2.25
            }
          }
        ],
        "rdefs": {
          "defaultT": 0,
          "defaultZ": 50,
          "model": "greyscale"
        }
      }
    },
    "beamport": {
      "profile": "live"
    }
  }
}
)");
}

TEST(GroupDocument, WritesNoUnitThatIsNotKnown) {
  ImageMetadata image = sample_image();
  image.voxel_size_known = false;
  EXPECT_EQ(write_json(group_document(image)).find("unit"), std::string::npos);
}

TEST(GroupDocument, NamesTheKernelOfLabels) {
  ImageMetadata image = sample_image();
  image.is_labels = true;
  image.window.reset();
  const std::string text = write_json(group_document(image));
  EXPECT_THAT(text, testing::HasSubstr(R"("type":"mode")"));
  EXPECT_THAT(text, testing::HasSubstr("mode of 2×2×2"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("omero")));
}

TEST(GroupDocument, KeepsTheScaleOfAnAxisThatCannotBeHalved) {
  ImageMetadata image = sample_image();
  image.voxel_size_um = {2, 1, 1};
  image.levels = {{1, 100, 100}, {1, 50, 50}};
  const Json document = group_document(image);
  const Json& level = document.at("attributes").at("ome").at("multiscales").at(0).at("datasets").at(1);
  EXPECT_EQ(write_json(level.at("coordinateTransformations").at(0).at("scale")), "[2.0,2.0,2.0]");
  EXPECT_EQ(write_json(level.at("coordinateTransformations").at(1).at("translation")), "[0.0,0.5,0.5]");
}

TEST(ChunkKey, NamesLevelAndPlace) {
  EXPECT_EQ(chunk_key(2, {0, 11, 3}), "2/c/0/11/3");
}

}  // namespace
}  // namespace beamport::zarr
