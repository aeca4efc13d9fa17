"""Eight bytes at a time: what the compiled engine needs of the processor beyond what numba's Python has."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic


@intrinsic
def load_eight(_context: Any, buf: Any, at: Any) -> Any:
    """Eight bytes of a byte array as one number, the first byte lowest; nobody checks that they are there."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        place = builder.gep(builder.bitcast(array.data, ir.IntType(8).as_pointer()), [arguments[1]])
        loaded = builder.load(builder.bitcast(place, ir.IntType(64).as_pointer()))
        loaded.align = 1
        return loaded

    return types.uint64(buf, at), generate


@intrinsic
def swap_bytes(_context: Any, _value: Any) -> Any:
    """The number with its bytes in the other order."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bswap(arguments[0])

    return types.uint64(types.uint64), generate


@intrinsic
def trailing_zeros(_context: Any, _value: Any) -> Any:
    """How many bits below the lowest one are zero."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.IntType(1)(0))

    return types.uint64(types.uint64), generate
