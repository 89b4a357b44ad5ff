-- What is put into the decision service: policies by id, and data by path. A body of data without text says that there is nothing there,
-- although something above it says otherwise.
CREATE TABLE rego_documents (
  kind keytext NOT NULL, name keytext NOT NULL, body text,
  PRIMARY KEY (kind, name));
