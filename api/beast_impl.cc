// api/beast_impl.cc - the compiled part of Asio and Beast, once: the files that use them then take
// seconds less each (BOOST_ASIO_SEPARATE_COMPILATION and its Beast twin are set in CMakeLists.txt).

#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
