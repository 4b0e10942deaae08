#define BOOST_TEST_MODULE ringway
#include <boost/test/unit_test.hpp>
