"""Which level-1 reasons a category of the BrownBox set can mean; our reading, used to measure only."""

BROWNBOX_LEVEL_1: dict[str, frozenset[str]] = {
    category: frozenset(reasons.split())
    for category, reasons in {
        "Cash on Delivery (CoD) Refunds": "REF PAY",
        "Order Cancellation": "ORD",
        "Pickup and Shipping": "RET DEL",
        "Replacement and Return Process": "RET REF",
        "Return Checks and Fees": "RET REF",
        "Return and Exchange": "RET REF",
        "Account Reactivation and Deactivation": "ACC",
        "Adding and Changing Account Information": "ACC",
        "Login Issues and Error Messages": "ACC",
        "Login Methods": "ACC",
        "Mobile Number and Email Verification": "ACC",
        "Expedited Delivery": "DEL CHK",
        "Invoice and Payment": "ORD PAY",
        "Order Confirmation and Status": "ORD DEL FUL",
        "Order Delivery Issues": "DEL FUL",
        "Placing an Order": "ORD CHK",
        "Product Information and Tags": "PRD",
        "Product Installation": "PRD BKG",
        "Returns and Refunds": "RET REF",
        "Availability of Faster Delivery Options": "DEL",
        "Contacting Seller's Partnered Courier Service Providers": "DEL CON",
        "Free Delivery Qualification": "CHK DEL",
        "Product Availability for Shipping": "PRD DEL",
        "Shipping Options for Returns": "RET DEL",
        "Standard Shipping Speeds and Delivery Charges": "DEL CHK",
        "Account and Shopping": "ACC CHK ORD",
        "Book Pricing Discrepancies": "PRO",
        "Installation and Accessories": "PRD",
        "Loyalty program": "ACC PRO",
        "Pricing and Discounts": "PRO",
        "Product Availability and Status": "PRD",
        "Accessing Warranty Details": "PRD",
        "Extended Warranty": "PRD",
        "Lost or Missing Warranty Card": "PRD FUL",
        "Product Registration and Warranty": "PRD",
        "Start Date of Warranty": "PRD",
        "Warranty Claim Process": "PRD",
        "Warranty Terms and Changes": "PRD",
    }.items()
}
GROUP_LEVEL_1 = {"WISMO": "DEL", "DELIVERY_FAILED": "DEL", "REFUND_ASK": "REF", "SITE_TROUBLE": "CHK"}


def level_1(code: str) -> str:
    """Level 1 of a code or stated group."""
    return GROUP_LEVEL_1.get(code, code.split(".")[0])
