// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "python/conversion.h"

#include <cstring>

#include <fmt/format.h>

namespace wyvern::python {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

py::object datetime_class(const char* name) {
  return py::module_::import("datetime").attr(name);
}

py::object to_python(const Section& s) {
  return py::module_::import("wyvern._types").attr("Section")(s.x1, s.x2, s.y1, s.y2);
}

py::object to_python(const Date& d) {
  return datetime_class("date")(d.year, d.month, d.day);
}

py::object to_python(const TimeOfDay& t) {
  return datetime_class("time")(t.hour, t.minute, t.second, t.microsecond);
}

py::object to_python(const DateTime& when) {
  const auto& [date, time] = when;
  return datetime_class("datetime")(date.year, date.month, date.day, time.hour, time.minute,
                                    time.second, time.microsecond);
}

int attribute(const py::handle& object, const char* name) {
  return py::cast<int>(object.attr(name));
}

std::optional<Value> date_value(const py::handle& object) {
  const auto date = [&] {
    return Date{attribute(object, "year"), attribute(object, "month"), attribute(object, "day")};
  };
  const auto time = [&] {
    return TimeOfDay{attribute(object, "hour"), attribute(object, "minute"),
                     attribute(object, "second"), attribute(object, "microsecond")};
  };
  if (py::isinstance(object, datetime_class("datetime"))) return Value(DateTime{date(), time()});
  if (py::isinstance(object, datetime_class("date"))) return Value(date());
  if (py::isinstance(object, datetime_class("time"))) return Value(time());
  return std::nullopt;
}

std::int64_t integer_of(const py::handle& object, const std::string& what) {
  const py::object index = py::reinterpret_steal<py::object>(PyNumber_Index(object.ptr()));
  if (!index) throw py::error_already_set();
  int overflow = 0;
  const long long number = PyLong_AsLongLongAndOverflow(index.ptr(), &overflow);
  if (overflow != 0) {
    throw py::value_error(what + ": the number " + py::cast<std::string>(py::str(object)) +
                          " does not fit into 64 bits");
  }
  return number;
}

Value list_value(const py::handle& object, const std::string& what) {
  ValueList list;
  for (const py::handle item : py::reinterpret_borrow<py::sequence>(object)) {
    list.push_back(to_value(item, what));
  }
  return Value(std::move(list));
}

[[noreturn]] void cannot_hold(const py::handle& object, const std::string& what) {
  throw py::type_error(fmt::format("{}: a {} cannot be stored here", what,
                                   py::cast<std::string>(py::type::of(object).attr("__name__"))));
}

PixelType pixel_type(const py::array& array) {
  const char kind = array.dtype().kind();
  const auto bytes = array.dtype().itemsize();
  const auto pick = [&](PixelType one, PixelType two, PixelType four, PixelType eight) {
    return bytes == 1 ? one : bytes == 2 ? two : bytes == 4 ? four : eight;
  };
  if (kind == 'f' && bytes == 4) return PixelType::f32;
  if (kind == 'f' && bytes == 8) return PixelType::f64;
  if (kind == 'u') return pick(PixelType::u8, PixelType::u16, PixelType::u32, PixelType::u64);
  if (kind == 'i' && bytes > 1)
    return pick(PixelType::i16, PixelType::i16, PixelType::i32, PixelType::i64);
  throw py::type_error("pixels of type " + py::cast<std::string>(py::str(array.dtype())) +
                       " are not supported: use integers, float32 or float64");
}

template <class T>
py::object cells_array(const std::vector<T>& cells) {
  return py::array_t<T>(static_cast<py::ssize_t>(cells.size()), cells.data());
}

py::object cells_of(const fits::Column::Cells& cells) {
  return std::visit(Overloaded{[](const std::vector<std::string>& texts) -> py::object {
                                 py::list list;
                                 for (const std::string& text : texts) list.append(py::str(text));
                                 return list;
                               },
                               [](const std::vector<bool>& flags) -> py::object {
                                 py::array_t<bool> array(static_cast<py::ssize_t>(flags.size()));
                                 std::copy(flags.begin(), flags.end(), array.mutable_data());
                                 return array;
                               },
                               [](const auto& numbers) { return cells_array(numbers); }},
                    cells);
}

template <class T>
fits::Column::Cells numbers_of(const py::array& array) {
  const auto typed = py::cast<py::array_t<T, py::array::c_style | py::array::forcecast>>(array);
  return std::vector<T>(typed.data(), typed.data() + typed.size());
}

fits::Column::Cells cells_from(const py::object& object, const std::string& name) {
  if (py::isinstance<py::list>(object)) return py::cast<std::vector<std::string>>(object);
  const py::array array = py::cast<py::array>(object);
  const char kind = array.dtype().kind();
  const auto bytes = array.dtype().itemsize();
  if (kind == 'b') return numbers_of<bool>(array);
  if (kind == 'f') return bytes == 8 ? numbers_of<double>(array) : numbers_of<float>(array);
  if (kind == 'u' && bytes == 1) return numbers_of<std::uint8_t>(array);
  if (kind == 'i' && bytes <= 2) return numbers_of<std::int16_t>(array);
  if ((kind == 'i' && bytes == 4) || (kind == 'u' && bytes == 2)) {
    return numbers_of<std::int32_t>(array);
  }
  if (kind == 'i' || (kind == 'u' && bytes == 4)) return numbers_of<std::int64_t>(array);
  throw py::type_error("column " + name + ": values of type " +
                       py::cast<std::string>(py::str(array.dtype())) +
                       " cannot be stored in a FITS table");
}

std::size_t count_of(const fits::Column::Cells& cells) {
  return std::visit([](const auto& list) { return list.size(); }, cells);
}

}  // namespace

py::object to_python(const Value& value) {
  return std::visit(
      Overloaded{[](std::monostate) -> py::object { return py::none(); },
                 [](bool v) -> py::object { return py::bool_(v); },
                 [](std::int64_t v) -> py::object { return py::int_(v); },
                 [](double v) -> py::object { return py::float_(v); },
                 [](const std::string& v) -> py::object {
                   // Old headers hold bytes beyond ASCII; no text is refused for them.
                   return py::reinterpret_steal<py::object>(PyUnicode_DecodeUTF8(
                       v.data(), static_cast<py::ssize_t>(v.size()), "surrogateescape"));
                 },
                 [](const ValueList& list) -> py::object {
                   py::list items;
                   for (const Value& item : list) items.append(to_python(item));
                   return items;
                 },
                 [](const auto& v) { return to_python(v); }},
      value.variant());
}

Value to_value(const py::handle& object, const std::string& what) {
  if (object.is_none()) return {};
  PyObject* const p = object.ptr();
  if (PyBool_Check(p)) return p == Py_True;
  if (PyUnicode_Check(p)) {
    const py::object bytes =
        py::reinterpret_steal<py::object>(PyUnicode_AsEncodedString(p, "utf-8", "surrogateescape"));
    if (!bytes) throw py::error_already_set();
    return std::string(py::cast<std::string>(bytes));
  }
  if (PyFloat_Check(p)) return PyFloat_AsDouble(p);
  if (PyLong_Check(p)) return integer_of(object, what);
  const py::object numpy_bool = py::module_::import("numpy").attr("bool_");
  if (py::isinstance(object, numpy_bool)) return PyObject_IsTrue(p) == 1;
  if (PyIndex_Check(p) != 0 && !py::isinstance<py::array>(object)) return integer_of(object, what);
  if (py::isinstance<py::list>(object) || py::isinstance<py::tuple>(object)) {
    return list_value(object, what);
  }
  if (const auto date = date_value(object)) return *date;
  if (PyObject_HasAttrString(p, "__float__") != 0 && !py::isinstance<py::array>(object)) {
    return py::cast<double>(object);
  }
  if (PyObject_HasAttrString(p, "__fspath__") != 0) {
    return py::cast<std::string>(py::module_::import("os").attr("fspath")(object));
  }
  cannot_hold(object, what);
}

py::object to_array(const Plane& plane) {
  if (plane.empty()) return py::none();
  auto* owner = new Plane(plane.share());
  const py::capsule base(owner, [](void* held) { delete static_cast<Plane*>(held); });
  const py::dtype type(std::string(name_of(plane.type())));
  const std::vector<py::ssize_t> shape(plane.shape().begin(), plane.shape().end());
  return py::array(type, shape, owner->raw(), base);
}

Plane to_plane(const py::array& array, const Plane& current) {
  if (array.ndim() == 0) throw py::value_error("pixels must be an array with a shape");
  if (array.size() == 0) throw py::value_error("the array of pixels is empty");
  const PixelType type = pixel_type(array);
  const std::vector<std::int64_t> shape(array.shape(), array.shape() + array.ndim());
  if (current.loaded() && array.data() == current.raw() && type == current.type() &&
      shape == current.shape()) {
    return current.share();
  }
  Plane plane(type, shape);
  std::memcpy(plane.raw(), array.data(), plane.bytes());
  return plane;
}

py::tuple shape_of(const Plane& plane) {
  py::tuple shape(plane.shape().size());
  for (std::size_t i = 0; i < plane.shape().size(); ++i) shape[i] = plane.shape()[i];
  return shape;
}

py::list columns_of(const fits::Table& table) {
  py::list columns;
  for (const fits::Column& column : table.columns) {
    py::dict entry;
    entry["name"] = column.name;
    entry["cells"] = cells_of(column.cells);
    entry["unit"] = column.unit;
    entry["width"] = column.width;
    entry["repeat"] = column.repeat;
    columns.append(entry);
  }
  return columns;
}

void set_columns(fits::Table& table, const py::list& columns) {
  std::vector<fits::Column> made;
  for (const py::handle item : columns) {
    const auto entry = py::cast<py::dict>(item);
    fits::Column column;
    column.name = py::cast<std::string>(entry["name"]);
    if (const fits::Column* before = table.find(column.name)) {
      column.display = before->display;
      if (before->repeat == py::cast<std::int64_t>(entry["repeat"])) {
        column.dimensions = before->dimensions;
      }
    }
    column.cells = cells_from(entry["cells"], column.name);
    column.unit = py::cast<std::string>(entry["unit"]);
    column.width = py::cast<std::int64_t>(entry["width"]);
    column.repeat = py::cast<std::int64_t>(entry["repeat"]);
    const std::size_t rows = py::cast<std::size_t>(entry["rows"]);
    if (count_of(column.cells) != rows * static_cast<std::size_t>(column.repeat)) {
      throw py::value_error("column " + column.name + " has another number of rows");
    }
    made.push_back(std::move(column));
  }
  table.columns = std::move(made);
}

}  // namespace wyvern::python
