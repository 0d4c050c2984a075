"""Section gen_admin: operators, their OMS, loyalty fees, mail, end of day."""
