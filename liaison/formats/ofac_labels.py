"""The labels with which OFAC begins each remark of its list, and what a record keeps of what follows.

OFAC publishes no table of them: these are the labels of the list of 3 May 2024. A number under a label that is not
here is kept as an other number with its label as note, and counted apart: one sees when the table should grow.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    """What a labelled number is: kind of a person's document, kind of an organisation's number.

    `said` means that the kind tells all that the label does; otherwise the label is kept as a note.
    """

    document: str = "other"
    identifier: str = "id_number"
    said: bool = False


_PASSPORT = Number("passport", said=True)
_NATIONAL = Number("national_number")
_CARD = Number("identity_card")
_ELECTOR = Number("identity_card")
_REGISTER = Number(identifier="registration_number")
_TAX = Number("national_number", "tax_number")
_OTHER = Number()

NUMBERS: Mapping[str, Number] = {
    "Passport": _PASSPORT,
    "Diplomatic Passport": Number("diplomatic_passport", said=True),
    "Service Passport": Number("service_passport", said=True),
    "Stateless Person Passport": Number("travel_document"),
    "Travel Document Number": Number("travel_document", said=True),
    "Refugee ID Card": _CARD,
    "Stateless Person ID Card": _CARD,
    "Personal ID Card": _CARD,
    "Citizen's Card Number": _CARD,
    "Credencial electoral": _ELECTOR,
    "Electoral Registry No.": _ELECTOR,
    "I.F.E.": _ELECTOR,
    "LE Number": _ELECTOR,
    "National ID No.": _NATIONAL,
    "National Foreign ID Number": _NATIONAL,
    "Numero de Identidad": _NATIONAL,
    "Cedula No.": _NATIONAL,
    "D.N.I.": _NATIONAL,
    "N.I.E.": _NATIONAL,
    "C.U.I.": _NATIONAL,
    "C.U.R.P.": _NATIONAL,
    "C.U.I.P.": _NATIONAL,
    "CNP (Personal Numerical Code)": _NATIONAL,
    "Identification Number": _NATIONAL,
    "Identity Card": _CARD,
    "Turkish Identification Number": _NATIONAL,
    "UAE Identification": _NATIONAL,
    "Kenyan ID No.": _NATIONAL,
    "Bosnian Personal ID No.": _NATIONAL,
    "Moroccan Personal ID No.": _NATIONAL,
    "SSN": _NATIONAL,
    "Birth Certificate Number": Number("birth_certificate", said=True),
    "Driver's License No.": Number("driving_licence", said=True),
    "Pilot License Number": _OTHER,
    "Seafarer's Identification Document": Number("seafarer_book"),
    "Residency Number": Number("residence_permit"),
    "Romanian Permanent Resident": Number("residence_permit"),
    "Immigration No.": _OTHER,
    "VisaNumberID": Number("visa", said=True),
    "Cartilla de Servicio Militar Nacional": _OTHER,
    "Military Registration Number": _OTHER,
    "Tax ID No.": _TAX,
    "Fiscal Code": _TAX,
    "Italian Fiscal Code": _TAX,
    "R.F.C.": _TAX,
    "RFC": _TAX,
    "NIT": _TAX,
    "RUC": _TAX,
    "RIF": _TAX,
    "RTN": _TAX,
    "C.U.I.T.": _TAX,
    "C.I.F.": _TAX,
    "N.I.F.": _TAX,
    "US FEIN": _TAX,
    "Numero Unico de Identificacao Tributaria": _TAX,
    "Paraguayan tax identification number": _TAX,
    "Romanian Tax Registration": _TAX,
    "V.A.T. Number": Number("other", "vat_code", said=True),
    "SWIFT/BIC": Number("other", "swift_bic", said=True),
    "BIK": Number("other", "bik_code", said=True),
    "D-U-N-S Number": Number("other", "duns_code", said=True),
    "ISIN": Number("other", "isin_code", said=True),
    "Identification Number ISIN": Number("other", "isin_code", said=True),
    "Legal Entity Number": Number("other", "lei_code"),
    "Company Number IMO": Number("other", "imo_number", said=True),
    "Identification Number IMO": Number("other", "imo_number", said=True),
    "International Maritime Organization No.": Number("other", "imo_number", said=True),
    "Registration Number": Number(identifier="registration_number", said=True),
    "Registration ID": _REGISTER,
    "Registration Certificate Number": _REGISTER,
    "Public Registration Number": _REGISTER,
    "Business Registration Number": _REGISTER,
    "Business Registration Document": _REGISTER,
    "Business Number": _REGISTER,
    "MSB Registration Number": _REGISTER,
    "Company Number": _REGISTER,
    "Company ID": _REGISTER,
    "UK Company Number": _REGISTER,
    "Commercial Registry Number": _REGISTER,
    "C.R. No.": _REGISTER,
    "Romanian C.R.": _REGISTER,
    "C.I.N.": _REGISTER,
    "Certificate of Incorporation Number": _REGISTER,
    "Central Registration System Number": _REGISTER,
    "Chamber of Commerce Number": _REGISTER,
    "Dubai Chamber of Commerce Membership No.": _REGISTER,
    "Istanbul Chamber of Comm. No.": _REGISTER,
    "Economic Register Number": _REGISTER,
    "Enterprise Number": _REGISTER,
    "Branch Unit Number": _REGISTER,
    "Folio Mercantil No.": _REGISTER,
    "Matricula Mercantil No": _REGISTER,
    "Registered Charity No.": _REGISTER,
    "Unified Social Credit Code": _REGISTER,
    "United Social Credit Code Certificate": _REGISTER,
    "Organization Code": _OTHER,
    "Government Gazette Number": _OTHER,
    "File Number": _OTHER,
    "License": _OTHER,
    "Trade License No.": _OTHER,
    "Tourism License No.": _OTHER,
    "Afghan Money Service Provider License Number": _OTHER,
    "Permit Number": _OTHER,
    "SRE Permit No.": _OTHER,
    "Trademark number": _OTHER,
    "Chinese Commercial Code": _OTHER,
}

# Labels whose text a record keeps in a field of its own, if its kind has one, and else as a remark.
CONTACTS: Mapping[str, str] = {
    "Website": "websites",
    "Email Address": "emails",
    "Phone Number": "phones",
    "Telephone Number": "phones",
    "Telephone No.": "phones",
    "Telephone": "phones",
    "PHONE": "phones",
}

VALUES: Mapping[str, str] = {
    "DOB": "birth_dates",
    "POB": "birth_places",
    "nationality": "nationalities",
    "citizen": "nationalities",
    "Gender": "sex",
    "Organization Established Date": "incorporated_on",
    "Organization Type": "sectors",
    "Nationality of Registration": "jurisdiction",
    "Target Type": "classification",
    "Vessel Registration Identification": "vessel_number",
    "MMSI": "mmsi",
    "Vessel Year of Build": "built_year",
    "Vessel Call Sign": "call_sign",
    "Other Vessel Call Sign": "call_sign",
    "Vessel Flag": "flag",
    "Other Vessel Flag": "other_flag",
    "Former Vessel Flag": "former_flag",
    "Vessel Type": "vessel_type",
    "Other Vessel Type": "other_vessel_type",
    "Vessel Owner": "owner",
    "Aircraft Model": "model",
    "Aircraft Manufacture Date": "built_on",
    "Aircraft Mode S Transponder Code": "icao24",
    "Aircraft Manufacturer's Serial Number": "serial_number",
    "Aircraft Construction Number": "serial_number",
    "Aircraft Serial Identification": "serial_number",
    "Aircraft Tail Number": "registration",
    "Previous Aircraft Tail Number": "former_registration",
    "Aircraft Operator": "operator",
}

# Labels of what only people can use: kept word by word, and counted under their own names.
TEXTS: tuple[str, ...] = (
    "Linked To",
    "Secondary sanctions risk",
    "Additional Sanctions Information",
    "Transactions Prohibited For Persons Owned or Controlled By U.S. Financial Institutions",
    "Executive Order",
    "CAATSA Section",
    "IFCA Determination",
    "Listing Date",
    "Effective Date",
    "Digital Currency Address",
    "Fax Number",
    "Fax No.",
    "Fax",
    "FAX",
    "TELEX",
    "Listed on",
)

# Countries as OFAC writes them where its own words name none that is known elsewhere.
COUNTRIES: Mapping[str, str] = {
    "palestinian": "PS",
    "region: west bank": "PS",
    "region: gaza": "PS",
    "west bank": "PS",
    "gaza": "PS",
    "gaza strip": "PS",
    "palestinian authority": "PS",
}
NO_COUNTRY: frozenset[str] = frozenset({"undetermined", "none identified", "unknown", "stateless"})
