-- Which alerts become cases by themselves is said of an algorithm, too; null: of all of a rule that have no line of their own.
alter table case_openings add column algorithm text;
