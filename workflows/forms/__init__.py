"""Forms: what a flow's form-js file asks for, who may write what at which step, and whether an entry is acceptable."""
