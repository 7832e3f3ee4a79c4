#include "solver/explain/known_names.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace satchel {
namespace {

struct OtherName {
  std::string_view name;
  std::string_view conda;
};
constexpr OtherName kNames[] = {
    {"attr", "attrs"},
    {"blosc", "python-blosc"},
    {"bs4", "beautifulsoup4"},
    {"cairosvg-python", "cairosvg"},
    {"crypto", "pycryptodome"},
    {"cv2", "py-opencv"},
    {"dateutil", "python-dateutil"},
    {"docker", "docker-py"},
    {"docx", "python-docx"},
    {"dotenv", "python-dotenv"},
    {"faiss", "faiss-cpu"},
    {"fitz", "pymupdf"},
    {"git", "gitpython"},
    {"graphviz-python", "python-graphviz"},
    {"image", "pillow"},
    {"jose", "python-jose"},
    {"jwt", "pyjwt"},
    {"kaleido", "python-kaleido"},
    {"levenshtein", "python-levenshtein"},
    {"magic", "python-magic"},
    {"msgpack", "msgpack-python"},
    {"mysqldb", "mysqlclient"},
    {"opencv-contrib-python", "opencv"},
    {"opencv-python", "opencv"},
    {"opencv-python-headless", "opencv"},
    {"openssl-python", "pyopenssl"},
    {"pil", "pillow"},
    {"pptx", "python-pptx"},
    {"psycopg2-binary", "psycopg2"},
    {"psycopg2cffi-binary", "psycopg2"},
    {"pyqt5", "pyqt"},
    {"pytorch-cpu", "pytorch"},
    {"rest_framework", "djangorestframework"},
    {"serial", "pyserial"},
    {"skimage", "scikit-image"},
    {"sklearn", "scikit-learn"},
    {"slugify", "python-slugify"},
    {"snappy-python", "python-snappy"},
    {"socks", "pysocks"},
    {"tables", "pytables"},
    {"telegram", "python-telegram-bot"},
    {"tensorflow-cpu", "tensorflow"},
    {"torch", "pytorch"},
    {"torch-geometric", "pytorch_geometric"},
    {"torch_geometric", "pytorch_geometric"},
    {"umap", "umap-learn"},
    {"usb", "pyusb"},
    {"wx", "wxpython"},
    {"xxhash", "python-xxhash"},
    {"yaml-python", "pyyaml"},
    {"zmq", "pyzmq"},
    {"zstd-python", "zstandard"},
};

struct NamesOfChannel {
  std::string_view channel;
  std::vector<std::string_view> names;
};

// conda-forge has none of these.
const std::vector<NamesOfChannel>& NamesOfChannels() {
  static const auto& names = *new std::vector<NamesOfChannel>{
      {"bioconda", {"bcftools",  "bedtools",  "blast",  "bowtie2",    "bwa",    "bwa-mem2",
                    "fastp",     "fastqc",    "gatk4",  "hisat2",     "htslib", "kallisto",
                    "kraken2",   "multiqc",   "picard", "pysam",      "salmon", "samtools",
                    "snakemake", "sra-tools", "star",   "trimmomatic"}},
      {"defaults",
       {"_anaconda_depends", "anaconda", "anaconda-catalogs", "anaconda-navigator",
        "anaconda-project", "mro-base", "mro-basics", "navigator-updater", "rstudio"}},
      {"pytorch", {"pytorch-cuda", "pytorch-mutex", "torchtriton"}},
  };
  return names;
}

}  // namespace

std::string_view ChannelKnownFor(std::string_view name) {
  for (const NamesOfChannel& known : NamesOfChannels()) {
    if (std::ranges::count(known.names, name) > 0) {
      return known.channel;
    }
  }
  return {};
}

std::string_view CondaNameOf(std::string_view name) {
  const auto* const found = std::ranges::find(kNames, name, &OtherName::name);
  return found == std::end(kNames) ? std::string_view() : found->conda;
}

}  // namespace satchel
