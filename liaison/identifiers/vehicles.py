"""Vehicles: VINs and number plates."""

from liaison.identifiers.plates import check_plate, plate_key, plate_likeness
from liaison.identifiers.schemes import Scheme
from liaison.identifiers.spelling import misreading_key
from liaison.identifiers.vins import check_vin, vin_likeness
from liaison.refusal import mark

SCHEMES = (
    Scheme("vin", mark("VIN"), check_vin, vin_likeness, misreading_key, has_parts=True),
    Scheme("plate", mark("Number plate"), check_plate, plate_likeness, plate_key, has_parts=True),
)
