-- What of a picture the model looks at: cameras from before have the default of the schema.
update cameras set body = body || '{"regions": "zones"}' where not body ? 'regions';
